"""A piece of work in a process of its own: its processor time, and the most memory that the process ever had."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

_STATUS = Path("/proc/self/status")


class Cost(NamedTuple):
    """Milliseconds of processor time, and peak memory in megabytes (10**6 bytes)."""

    cpu_ms: float
    peak_mb: float


def tell_cost(work: Callable[[], object]) -> None:
    """What a child of `python_cost` runs: prints what the work took, without start and imports."""
    began = time.process_time()
    work()
    print(json.dumps(Cost((time.process_time() - began) * 1000, _peak_mb())))


def python_cost(module: str, words: Sequence[str]) -> Cost:
    """The Cost that `python -m MODULE WORDS` tells. Raises CalledProcessError."""
    command = [sys.executable, "-m", module, *words]
    return Cost(*json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))


def cpu_ms_of(command: Sequence[str], output: Path) -> float:
    """Processor time of a program from its start to its end, its output in a file. Raises CalledProcessError."""
    with output.open("wb") as file, subprocess.Popen(command, stdout=file) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return (used.ru_utime + used.ru_stime) * 1000


def _peak_mb() -> float:
    """Of this process alone: on Linux `ru_maxrss` begins with what its parent had."""
    if _STATUS.exists():
        lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
