"""What runs beside the app: its worker's sync from a simulator, and its export of a large tab, again and again."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.program import installed
from smsreport_tui.cli.background import NICER
from storage.sqlite_driver import driver

_PATIENCE_SECONDS = 600.0
_ANOTHER_SEED = 8


@dataclass
class Load:
    """Three processes that run only between `go_on` and `pause`: simulator, sync, and one export after the other."""

    processes: "list[subprocess.Popen[str]]"
    store: Path

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def events(self) -> int:
        """How many events the store has taken in all its life."""
        connection = driver().connect(f"{self.store.as_uri()}?mode=ro", uri=True)
        with contextlib.closing(connection):
            return int(connection.execute("SELECT coalesce(max(event_key), 0) FROM event").fetchone()[0])

    def is_whole(self) -> bool:
        """Whether all of it still runs."""
        return all(process.poll() is None for process in self.processes)

    def _signal(self, number: signal.Signals) -> None:
        for process in self.processes:
            # One that has ended is told by `is_whole`.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)


@contextlib.contextmanager
def load(store: Path, activity: str, profiles: int, environment: Mapping[str, str], folder: Path) -> Iterator[Load]:
    """The load as the app starts its children, paused, events on their way into the store; it ends with the block."""
    processes: list[subprocess.Popen[str]] = []
    try:
        world = [f"--profiles={profiles}", f"--seed={_ANOTHER_SEED}"]
        simulator = _started([installed(), "simulate", *world], environment, folder)
        processes.append(simulator)
        gateway = simulator.stdout.readline().removeprefix("ready ").strip() if simulator.stdout else ""
        syncing = Load(processes, store)
        before = syncing.events()
        of_store = [installed(), "--store", str(store)]
        worker = [*of_store, "--gateway", gateway, "worker", "--once", "--with-parent"]
        processes.append(_started(worker, environment, folder))
        _wait_for_events(syncing, before)
        export = [*of_store, "export", "--progress-lines", "--force", activity, "sent", str(folder / "load.xlsx")]
        processes.append(_started(["sh", "-c", 'while "$@"; do :; done', "sh", *export], environment, folder))
        syncing.pause()
        yield syncing
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def _started(command: list[str], environment: Mapping[str, str], folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        command,
        env=dict(environment),
        cwd=folder,
        # The worker ends with its standard input.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # A group of its own, so that an export's child stops and ends with it.
        start_new_session=True,
    )
    _give_way(process.pid)
    return process


def _give_way(session: int) -> None:
    """Linux gives each session the same share, and niceness counts within one alone: the app's children are in its own.

    The simulator stands for a gateway elsewhere, that takes nothing from the app.
    """
    # Other systems have no such thing.
    with contextlib.suppress(OSError):
        Path(f"/proc/{session}/autogroup").write_text(str(NICER))


def _wait_for_events(syncing: Load, before: int) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while syncing.events() == before:
        if time.monotonic() > until or not syncing.is_whole():
            raise TimeoutError("The sync that loads the machine brings no events.")
        time.sleep(0.2)
