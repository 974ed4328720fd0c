"""A throw-away PostgreSQL server for a test session, on a socket in a folder of its own."""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.require import require

_PLACES = (Path("/usr/lib/postgresql"), Path("/usr/local/pgsql"), Path("/opt/homebrew/opt"))
_NOBODY = 65534
_START_SECONDS = 60
_SETTINGS = ("listen_addresses=", "max_connections=200", "log_min_messages=panic")
# Nothing outlives the session.
_HASTY = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=64MB")


class Server:
    """One that runs until the session ends, or until it is stopped to be started again."""

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        self._programs = programs
        self._settings = _SETTINGS if durable else (*_SETTINGS, *_HASTY)
        # A socket's path has hardly more than a hundred characters.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._data = self.folder / "data"
        self._run: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)
        # A server refuses to run for root.
        self._who: dict[str, Any] = {}
        if os.geteuid() == 0:
            os.chown(self.folder, _NOBODY, _NOBODY)
            self._who = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        how = ("--auth=trust", "--username=smsreport", "--encoding=UTF8", "--no-sync", "--no-instructions")
        # The order of texts must not be the server's.
        order = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
        self._call("initdb", "-D", str(self._data), *how, *order)
        self.start()

    def start(self) -> None:
        """Returns when it takes connections."""
        settings = [part for one in (*self._settings, f"unix_socket_directories={self.folder}") for part in ("-c", one)]
        command = [str(self._programs / "postgres"), "-D", str(self._data), *settings]
        with (self.folder / "log").open("ab") as log:
            self._run = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, **self._who)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self._run.poll() is not None:
                raise RuntimeError(f"PostgreSQL does not start: {(self.folder / 'log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """At once, as a crash would end it: connections break, and what was committed is there when it starts."""
        if self._run is not None:
            # SIGQUIT is its immediate shutdown.
            self._run.send_signal(3)
            self._run.wait()
            self._run = None

    def close(self) -> None:
        """End it and remove all that it has kept."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, schema: str) -> str:
        """The store's address in a schema of this name."""
        return f"postgresql+psycopg://smsreport@/postgres?host={self.folder}&schema={schema}"

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """By a connection of its own; the rows that come."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="smsreport", dbname="postgres", autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _answers(self) -> bool:
        import psycopg

        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments], cwd=self.folder, capture_output=True, check=False, **self._who
        )
        if done.returncode:
            raise RuntimeError(f"{program} fails: {done.stderr.decode()}")


_server: Server | None = None


def server() -> Server:
    """The session's; skips, or fails where `SMSREPORT_REQUIRE` names postgres, when the machine has none."""
    global _server  # noqa: PLW0603 - one a session, whoever asks first
    if _server is None:
        found = programs()
        require("postgres", found=found is not None, reason="no PostgreSQL 13 or newer is installed here")
        require("postgres", found=_has_driver(), reason="psycopg is not installed")
        assert found is not None
        _server = Server(found)
    return _server


def _has_driver() -> bool:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return False
    return True


def programs() -> Path | None:
    """The folder of the server's programs; None where there is none.

    Those in the folder that `SMSREPORT_POSTGRES` names, else the newest version's.
    """
    named = os.environ.get("SMSREPORT_POSTGRES")
    if named:
        return Path(named)
    found = [path.parent for place in _PLACES for path in place.glob("**/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    fit = [path for path in found if (path / "postgres").exists()]
    return max(fit, key=_version, default=None)


def _version(programs: Path) -> int:
    told = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    digits = told.split()[-1] if "(Debian" not in told else told.split()[2]
    return int("".join(one for one in digits.split(".")[0] if one.isdigit()) or 0)
