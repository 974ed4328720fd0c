"""The file that an export proposes, and the one that the operator's words mean."""

import re
from pathlib import Path

from smsreport_tui.rules.columns import Tab

FORMATS = (".xlsx", ".csv")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80


def proposed(folder: Path, activity_id: str, tab: Tab) -> Path:
    """A name from the gateway's id, of which only characters that every file system takes are kept."""
    safe = _UNFIT.sub("_", activity_id)[:_LONGEST_NAME].lstrip(".-") or "activity"
    return folder / f"{safe}-{tab.value}{FORMATS[0]}"


def with_format(text: str, suffix: str) -> str:
    """The same path with the suffix of another format."""
    stem = next((text[: -len(known)] for known in FORMATS if text.lower().endswith(known)), text)
    return stem + suffix


def meant(text: str) -> Path:
    """The path of what was typed. Raises ValueError with a sentence that says what is wrong."""
    text = text.strip()
    if not text or "\0" in text:
        raise ValueError("Type the file to write.")
    path = Path(text).expanduser()
    if path.suffix.lower() not in FORMATS:
        raise ValueError("The name decides the format: end it in .xlsx or .csv.")
    if path.is_dir():
        raise ValueError("That is a folder: add a file name.")
    if not path.parent.is_dir():
        raise ValueError(f"There is no folder {path.parent}: make it first, or choose another.")
    return path
