"""harlequin, a terminal program for any database: what one would look at the store with who has no program for it."""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from benchmarks.program import surroundings
from benchmarks.terminal import Lines, terminal
from storage.glance import SUMMARIES

VERSION = "2.17.0"
_PATIENCE_SECONDS = 600
_PASTED, _RUN, _QUIT = "\x1b[200~{}\x1b[201~", "\n", "\x11"


class UnavailableError(Exception):
    """Its environment can not be made; the text is a sentence that says why."""


def installed_harlequin(folder: Path) -> Path:
    """Its command, in an environment of its own that is made in the folder once. Raises UnavailableError."""
    place = folder / f"harlequin-{VERSION}"
    whole = place / "whole"
    if not whole.exists():
        print(f"Installing harlequin {VERSION} in {place} ...", file=sys.stderr, flush=True)
        shutil.rmtree(place, ignore_errors=True)
        try:
            venv.create(place, with_pip=True)
            command = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", f"harlequin=={VERSION}"]
            subprocess.run(command, capture_output=True, check=True, timeout=_PATIENCE_SECONDS, text=True)
        except (OSError, subprocess.SubprocessError) as error:
            said = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) and error.stderr else error
            reason = str(said).splitlines()[-1]
            raise UnavailableError(f"harlequin {VERSION} can not be installed in {place} ({reason}).") from error
        whole.touch()
    return place / "bin" / "harlequin"


def harlequin_started(command: Path, store: Path) -> tuple[float, float]:
    """Milliseconds from its start to its catalog of the store, and to the rows of our list of activities.

    Its files stand in an empty folder, else it would open with the query of the time before. The query counts as pasted
    at the moment when its editor stands as well, and is run by its key.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = [str(command), "--adapter", "sqlite", "--read-only", str(store)]
        with terminal(words, surroundings(folder), folder, _QUIT) as opened:
            first = _newest_activity(store)
            catalog, ready = opened.wait(_has_catalog, lambda lines: _has_catalog(lines) and _has_editor(lines))
            query = _PASTED.format(" ".join(SUMMARIES.split())) + _RUN
            rows = opened.press(query, lambda lines: any(first in line for line in lines))[0]
            return catalog, ready + rows


def _has_catalog(lines: Lines) -> bool:
    """Its tables stand folded below the name of the database."""
    return any("▶ main" in line for line in lines)


def _has_editor(lines: Lines) -> bool:
    """It shows the number of its first line: before that a paste is lost."""
    return any("││ 1" in line for line in lines)


def _newest_activity(store: Path) -> str:
    connection = sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)
    try:
        return str(connection.execute(SUMMARIES).fetchone()[0])
    finally:
        connection.close()
