"""Time zones by their IANA names, which come from outside and may be anything."""

from functools import lru_cache
from zoneinfo import ZoneInfo

# These depend on the machine or count leap seconds, and are no names of IANA's.
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})
_NO_ZONE_FOLDERS = ("posix/", "right/")


@lru_cache(maxsize=512)
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of a name, or None where the zone database has no such name."""
    if name in _NO_ZONES or name.startswith(_NO_ZONE_FOLDERS):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
