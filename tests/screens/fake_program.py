"""A program to run in a real terminal: the app on the fake source. Arguments: a log file, then what to do.

`crash` breaks the second answer of the store with a secret in sight; `worker FILE` keeps a child that writes its
process id to FILE and ends when its input closes.
"""

import logging
import sys
from dataclasses import replace
from pathlib import Path

from smsreport_tui.app import run_app
from smsreport_tui.rules.figures import Report
from tests.screens.fake_source import FakeSource, filled
from tests.screens.steps import session_of

WORKER = "import os, sys; open(sys.argv[1], 'w').write(str(os.getpid())); sys.stdin.read()"


class CrashingSource(FakeSource):
    """A source with a fault of the program's own in its report."""

    def report(self, activity_id: str, *, machine_clicks: bool = False) -> Report:
        token = "SECRET-TOKEN"
        raise ZeroDivisionError(len(token))


def main() -> int:
    log, *rest = sys.argv[1:]
    logging.basicConfig(filename=log, level=logging.INFO)
    source = filled()
    if rest[:1] == ["crash"]:
        source = CrashingSource(source.summaries, source.reports, source.totals)
    session = replace(session_of(source, Path(log).parent), log_path=Path(log))
    if rest[:1] == ["worker"]:
        session = replace(session, worker_command=[sys.executable, "-c", WORKER, rest[1]])
    return run_app(session)


if __name__ == "__main__":
    sys.exit(main())
