"""Credits as integer ten-thousandths: exact sums of the decimals that a gateway gives (openapi Credits)."""

import re

UNITS = 10_000
_CREDITS = re.compile(r"([0-9]{1,14})(?:\.([0-9]{1,4}))?")


def parse_credits(text: str) -> int:
    """Ten-thousandths of a decimal below 10^14 with at most four decimals. Raises ValueError."""
    match = _CREDITS.fullmatch(text)
    if match is None:
        raise ValueError("not a decimal with at most four decimals")
    whole, decimals = match.groups()
    return int(whole) * UNITS + int(f"{decimals or ''}0000"[:4])


def format_credits(units: int) -> str:
    """The shortest exact decimal: 55000 is 5.5, 0 is 0."""
    sign = "-" if units < 0 else ""
    whole, rest = divmod(abs(units), UNITS)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
