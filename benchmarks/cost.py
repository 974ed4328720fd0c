"""What a piece of work costs, in milliseconds: processor time of this whole process, or time on the wall."""

import gc
import time
from collections.abc import Callable


def cpu_ms(work: Callable[[], object]) -> float:
    """Processor time of all threads of this process. Garbage of what came before is not the work's."""
    gc.collect()
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def wall_ms(work: Callable[[], object]) -> float:
    """Time on the wall."""
    gc.collect()
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
