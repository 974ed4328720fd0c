"""`smsreport receive` as a process of its own, on an account at a Kannel."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from smsreport_tui.rules.clock import SystemClock
from storage.letterbox import CALLS, Letterbox
from storage.store import open_store

URL = "http://127.0.0.1:13013/cgi-bin/sendsms"
CONFIGURATION = f"""
account = "box"

[accounts.box]
kind = "kannel"
url = "{URL}"
user = "shop"
"""


@dataclass(frozen=True)
class Receiving:
    """A receiver that is ready: the address that it has printed, its process, and the folder of its files."""

    address: str
    process: "subprocess.Popen[str]"
    folder: Path

    @property
    def secret(self) -> str:
        return self.address.rpartition("/")[2]

    @property
    def port(self) -> int:
        return int(self.address.split(":")[2].partition("/")[0])

    def end(self) -> tuple[int, str]:
        """Its exit code and what it has said besides, once it has ended."""
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


def start(folder: Path, arguments: Sequence[str]) -> "subprocess.Popen[str]":
    """The process, its store and log in a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SMSREPORT_")}
    homes = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    file = folder / "config.toml"
    file.write_text(CONFIGURATION, "utf-8")
    options = ["--config", str(file), "--store", str(folder / "store.db")]
    return subprocess.Popen(
        [sys.executable, "-m", "smsreport_tui", *options, "receive", *arguments],
        env=kept | homes | {"HOME": str(folder), "SMSREPORT_TOKEN": "p4ssw0rd"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def receiving(folder: Path, *arguments: str) -> Iterator[Receiving]:
    """Runs until it is ended, on a port of the system's choice; at the latest it is killed when this ends."""
    process = start(folder, ["--listen", "127.0.0.1:0", *arguments])
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("ready "):
            raise AssertionError(f"no ready line but {line!r}: {process.communicate(timeout=30)[1]}")
        yield Receiving(line.removeprefix("ready ").strip(), process, folder)
    finally:
        process.kill()
        process.communicate(timeout=30)


def kept_queries(folder: Path) -> list[str]:
    """The queries of the calls that stand in the store, oldest first."""
    from smsreport_tui.gateways.calls import decode_call

    with open_store(str(folder / "store.db"), SystemClock(), writable=False) as store:
        return [decode_call(one.content).query for one in Letterbox(store, URL).read(CALLS, 0, 10_000)]
