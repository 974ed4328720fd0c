"""The system's time zone by its IANA name."""

from collections.abc import Mapping
from pathlib import Path

from smsreport_tui.rules.formatting import zone_name

_LINK = Path("/etc/localtime")
_NAME_FILE = Path("/etc/timezone")
_UTC = "UTC"


def system_zone(environ: Mapping[str, str]) -> str:
    """The zone of TZ, of /etc/localtime or of /etc/timezone; UTC where none of them names one that is known."""
    given = environ.get("TZ")
    if given is not None:
        return zone_name(_after_zoneinfo(given.removeprefix(":")))
    for name in (_linked(), _written()):
        if name and zone_name(name) == name:
            return name
    return _UTC


def _linked() -> str:
    try:
        return _after_zoneinfo(str(_LINK.readlink()))
    except OSError:
        return ""


def _written() -> str:
    try:
        return _NAME_FILE.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _after_zoneinfo(path: str) -> str:
    return path.rpartition("zoneinfo/")[2]
