"""The file that an export proposes, and the one that the operator's words mean."""

import re
import unicodedata
from pathlib import Path

from smsreport_tui.rules.columns import Tab

FORMATS = (".xlsx", ".csv")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LONGEST_NAME = 80
_LONGEST_TEXT = 1_000


def proposed(activity_id: str, tab: Tab, suffix: str, *, found: bool = False) -> str:
    """A name from the gateway's id, of which only characters that every file system takes are kept."""
    return f"{_safe(activity_id) or 'activity'}-{tab.value}{'-found' if found else ''}{suffix}"


def proposed_people(segment: str, channel: str | None, suffix: str) -> str:
    """A name from that of a segment, and from what its people are sent by."""
    # Of a name in another script nothing is left.
    safe = _safe(segment).strip("._-") or "segment"
    return f"{safe}{f'-{channel}' if channel else ''}{suffix}"


def _safe(text: str) -> str:
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text[:_LONGEST_TEXT]))
    return _UNFIT.sub("_", plain)[:_LONGEST_NAME].lstrip(".-")


def with_format(name: str, suffix: str) -> str:
    """The same name with the suffix of another format."""
    stem = next((name[: -len(known)] for known in FORMATS if name.lower().endswith(known)), name)
    return stem + suffix


def format_of(name: str) -> str | None:
    """The suffix of a format that the name ends in, or None."""
    return next((known for known in FORMATS if name.lower().endswith(known)), None)


def meant(folder: str, name: str) -> Path:
    """The path of what was typed. Raises ValueError with a sentence that says what is wrong."""
    folder, name = folder.strip(), name.strip()
    if not name or "\0" in folder + name:
        raise ValueError("Type a name for the file.")
    path = Path(name).expanduser()
    if not path.is_absolute():
        path = Path(folder or ".").expanduser() / path
    if path.suffix.lower() not in FORMATS:
        raise ValueError("The name decides the format: end it in .xlsx or .csv.")
    if path.is_dir():
        raise ValueError("That is a folder: add a file name.")
    if not path.parent.is_dir():
        raise ValueError(f"There is no folder {path.parent}: make it first, or choose another.")
    return path.absolute()
