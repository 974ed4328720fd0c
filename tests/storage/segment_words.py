"""The words that random feeds and random segments share: full of near misses."""

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.rules.feed import Scalar
from tests.storage.feeds import START, Item

NOW = START + 2 * HOUR
_DAY = 24 * HOUR

ACTIVITIES = ("A1", "A2", "A3")
PEOPLE = ("p1", "p2", "p3", "p4", "p5")
STRANGER = "px"
"""Named by events, and never by a version."""

SPANS = ("1m", "30m", "120m", "12h", "7d")
_EDGES = (MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR, 7 * _DAY)
MOMENTS = (
    *(START + step * SECOND // 2 for step in range(7)),
    *(NOW - length + beside for length in _EDGES for beside in (-1, 0, 1)),
    *(NOW - 1, NOW, NOW + 1, NOW + HOUR, NOW + 30 * HOUR),
)
"""A delivery and clicks within and beyond two seconds of it, both sides of the edge of every span, and times ahead."""

ATTRIBUTES: dict[str, tuple[Scalar, ...]] = {
    # Case folding alone brings some of these together; no dot above, an accent of its own or more to follow is another.
    "city": ("Straße", "STRASSE", "Strasse 1", "İzmir", "i̇zmir", "izmir"),
    "City": ("ΟΔΟΣ", "οδος", "ﬁn", "FIN"),
    "größe": ("caf\u00e9", "CAF\u00c9", "cafe\u0301"),
    # A pattern would take one of these for another.
    'q"[0]': ("100%", "100x", "a_b", "axb", "A\\b", "O'Hara", ""),
    "a.b": (True, False, "true", "TRUE", 1, "1"),
    "age": (0, 1, 1.0, 40, 40.0, "40", True),
    "score": (-3, -2.25, 0.30000000000000004, 2**53 + 1, float(2**53)),
    # No condition reaches it: that name is the profile's field.
    "name": ("Anna Strauß", 1),
}
"""By name what people have and conditions ask for."""

HUGE = (1e300, 10**20)
"""A profile may have such a number; a condition may not name one."""

NAMES = ("Anna Strauß", "ANNA STRAUSS", "İlker", "Bo 100%", "a_b", "axb", "")
EMAILS = ("Anna@Example.com", "anna@example.COM", "straße@example.com")
TAGS = ("VIP", "vip", "Straße", "STRASSE", "İ", "a_b", "axb")
SEGMENTS = {"Vips": "VIPS", "Straße": "STRASSE", "İlk 100%": "i̇LK 100%"}
"""Names of segments, and how else they may be asked for."""

CODES: tuple[Item, ...] = (
    {"vendor": "twilio", "scheme": "error_code", "code": "30005"},
    {"vendor": "twilio", "scheme": "status", "code": "sent"},
    {"vendor": "twilio", "scheme": "error.id", "code": "1"},
    {"vendor": "infobip", "scheme": "error.id", "code": "27"},
    {"scheme": "error.id", "code": "0"},
    {"scheme": "error.id", "code": "355"},
    {"scheme": "error.id", "code": "4101"},
    {"scheme": "error_code", "code": "1"},
)
"""Hard, pending by the table, in no table, soft, delivered by the table, content, expired, and in no table."""
