"""Where a number is at home: its country and its time zones, by the numbering plans of the world."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

# What the library says for a code of no country, such as a satellite's, and for a code that nobody has.
_NO_COUNTRY = frozenset({phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY, "ZZ"})


@dataclass(frozen=True, slots=True)
class NumberPlace:
    """An ISO country code, None where the number has no country, and the IANA names of every zone it may be in."""

    country: str | None
    zones: tuple[str, ...]


def number_place(msisdn: str) -> NumberPlace:
    """The place of an E.164 number.

    One that no plan has counts by its calling code alone: the code's main country, and all the code's zones.
    """
    try:
        number = phonenumbers.parse(msisdn)
    except phonenumbers.NumberParseException:
        return NumberPlace(None, ())
    code = number.country_code or 0
    country = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(code)
    zones = time_zones_for_number(number)
    if UNKNOWN_TIMEZONE in zones:
        zones = TIMEZONE_DATA.get(str(code), ())
    return NumberPlace(None if country in _NO_COUNTRY else country, tuple(zones))
