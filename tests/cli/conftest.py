"""A user with empty folders of their own, and stores filled from a small feed."""

import json
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.cli.ending import run
from smsreport_tui.paths import own_command
from tests.cli.feed import TOKEN, served
from tests.gateways.standin import StandIn


@dataclass(frozen=True)
class Answer:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document of standard output."""
        return json.loads(self.out)


Ask = Callable[..., Answer]


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a user whom nothing is configured for; the environment points there."""
    home = tmp_path / "home"
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("SMSREPORT_", "XDG_", "_SMSREPORT")):
            monkeypatch.delenv(name)
    for name, value in {
        "HOME": str(home),
        "TZ": "Europe/Oslo",
        "COLUMNS": "200",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("data", "config", "state"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(home / name))
    # What another test has chosen is forgotten, so that the environment's is taken.
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    return home


@pytest.fixture
def ask(user: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Ask]:
    """Runs a command line in this process."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.raiseExceptions)

    def asked(*arguments: str) -> Answer:
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    yield asked
    for handler in root.handlers:
        if handler not in before[1]:
            handler.close()
    root.level, root.handlers, logging.raiseExceptions = before


@pytest.fixture
def ask_apart(user: Path) -> Ask:
    """Runs a command line in a process of its own."""

    def asked(*arguments: str, **environ: str) -> Answer:
        done = subprocess.run(
            own_command(*arguments),
            capture_output=True,
            env=os.environ | environ,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    return asked


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that the feed has been mirrored into, to copy from."""
    folder = tmp_path_factory.mktemp("filled")
    environ = os.environ | {"HOME": str(folder), "SMSREPORT_TOKEN": TOKEN, "XDG_STATE_HOME": str(folder)}
    store = folder / "store.db"
    with served() as server:
        subprocess.run(
            own_command("--store", str(store), "--gateway", server.url, "sync"),
            env=environ,
            check=True,
            capture_output=True,
        )
    return store


@pytest.fixture
def store(filled: Path, user: Path) -> Path:
    """The user's default store, filled."""
    path = user / "data" / "smsreport" / "smsreport.db"
    path.parent.mkdir(parents=True, mode=0o700)
    shutil.copy(filled, path)
    path.chmod(0o600)
    return path


@pytest.fixture
def gateway(user: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A gateway that serves the feed, configured by the environment."""
    with served() as server:
        monkeypatch.setenv("SMSREPORT_GATEWAY", server.url)
        monkeypatch.setenv("SMSREPORT_TOKEN", TOKEN)
        yield server
