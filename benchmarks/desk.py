"""The simulator of a kept store's own world, in a process of its own: `python -m benchmarks.desk RECIPIENTS`."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.stores import NOW, world_of
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.simulator.run import serve


@contextlib.contextmanager
def desk(recipients: int) -> Iterator[str]:
    """The address of a gateway that knows the activities and people of the store of so many recipients."""
    command = [sys.executable, "-m", "benchmarks.desk", str(recipients)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.kill()


def main(recipients: int) -> None:
    """Serve until killed; the first line says where."""
    config = world_of(recipients).config
    serve(config, 0, frozenset(), lambda url: print(url, flush=True), None, FixedClock(NOW))


if __name__ == "__main__":
    main(int(sys.argv[1]))
