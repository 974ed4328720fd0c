"""A proxy that holds requests and answers against a published API: Prism, between our client and a stand-in.

It is no Python package: `npm install --prefix FOLDER @stoplight/prism-cli@5.14.2`, and FOLDER/node_modules/.bin on the
path. Where it is missing the tests of conformance are skipped.
"""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

VERSION = "5.14.2"
MISSING = f"it is not on the path: npm install --prefix FOLDER @stoplight/prism-cli@{VERSION}"
SECONDS = 60.0
_TROUBLE = "errors#"
"""In the log, every request or answer that is not as the API says; a broken connection is none."""
_FENCE = "/no-such-path-"


def prism_path() -> str | None:
    """Where it is, or None."""
    return shutil.which("prism")


class Prism:
    """One proxy for one API, on a port that the system picks."""

    def __init__(self, spec: Path, upstream: str) -> None:
        found = prism_path()
        if found is None:
            raise RuntimeError(MISSING)
        self._folder = TemporaryDirectory(prefix="prism-")
        self._log = Path(self._folder.name) / "log"
        words = [found, "proxy", "-h", "127.0.0.1", "-p", "0", "--errors", str(spec), upstream]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)
        self._read = 0
        self._fences = 0
        try:
            ready = self._wait("that it listens", lambda text: "is listening on " in text)
        except RuntimeError:
            self.close()
            raise
        self.url = ready.split("is listening on ")[1].split()[0]

    def violations(self) -> list[str]:
        """What was not as the API says since this was last asked."""
        self._fences += 1
        fence = f"{_FENCE}{self._fences} "
        # The log comes after the answers, in their order: what stands before this request's end is all.
        httpx.get(f"{self.url}{fence.strip()}", trust_env=False)
        text = self._wait("our request", lambda text: any(fence in line and _TROUBLE in line for line in _lines(text)))
        lines = _lines(text)
        new, self._read = lines[self._read :], len(lines)
        return [line for line in new if _TROUBLE in line and _FENCE not in line]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def _wait(self, what: str, has_come: Callable[[str], bool]) -> str:
        """The log, once that stands in it."""
        deadline = time.monotonic() + SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            text = self._log.read_text("utf-8", errors="replace")
            if has_come(text):
                return text
            time.sleep(0.005)
        raise RuntimeError(f"Prism does not log {what}")


def _lines(text: str) -> list[str]:
    """Whole lines only."""
    return text.split("\n")[:-1]
