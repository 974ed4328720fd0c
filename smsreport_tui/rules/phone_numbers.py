"""A number as somebody has written it, made E.164."""

import re

import phonenumbers

from smsreport_tui.rules.countries import COUNTRIES
from smsreport_tui.rules.errors import ConfigError

_E164 = re.compile(r"\+[1-9][0-9]{5,14}")
_BETWEEN = re.compile(r"[\s\u00a0().\u2010-\u2015/-]+")


class BadNumberError(ValueError):
    """The text is no number that could be called; it says why, and does not repeat the number."""


def checked_country(text: str) -> str:
    """An ISO country code in capitals. Raises ConfigError."""
    country = text.strip().upper()
    if country not in COUNTRIES:
        raise ConfigError(f"{text[:20]!r} is no country: give its ISO code, such as SE or GB.")
    return country


def msisdn_of(text: str, country: str | None = None) -> str:
    """E.164 of a number with +, with 00, or, where a country is given, as it is dialled there.

    Raises BadNumberError.
    """
    plain = _BETWEEN.sub("", text.removeprefix("'"))
    if _E164.fullmatch(plain):
        return plain
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if not re.fullmatch(r"\+?[0-9]+", plain):
        raise BadNumberError("msisdn: no number" if plain else "msisdn: missing")
    if not plain.startswith("+") and country is None:
        raise BadNumberError("msisdn: begins with neither + nor 00, and no country was given by --country")
    try:
        number = phonenumbers.parse(plain, country)
    except phonenumbers.NumberParseException as error:
        raise BadNumberError("msisdn: no number of any country") from error
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(number) or not _E164.fullmatch(found):
        raise BadNumberError("msisdn: too short or too long for its country")
    return found
