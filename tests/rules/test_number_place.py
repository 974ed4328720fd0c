"""Country and zones of a number."""

import phonenumbers
import pytest

from smsreport_tui.rules.countries import COUNTRIES
from smsreport_tui.rules.number_place import number_place
from smsreport_tui.rules.zones import known_zone


def test_the_countries_are_those_of_the_numbering_plans() -> None:
    assert set(phonenumbers.SUPPORTED_REGIONS) == COUNTRIES


@pytest.mark.parametrize(
    ("msisdn", "country", "zones"),
    [
        ("+46701234567", "SE", {"Europe/Stockholm"}),
        ("+467001234567", "SE", {"Europe/Stockholm"}),  # a digit too many
        ("+12125550123", "US", {"America/New_York"}),
        ("+15062345678", "CA", {"America/Halifax"}),
        ("+38344123456", "XK", {"Europe/Belgrade"}),
        ("+8821234567", None, set()),  # an international network
        ("+870772001230", None, set()),  # a satellite
        ("+99912345678", None, set()),  # a code that nobody has
        ("+999999", None, set()),
    ],
)
def test_a_number_tells_its_place(msisdn: str, country: str | None, zones: set[str]) -> None:
    place = number_place(msisdn)
    assert (place.country, set(place.zones)) == (country, zones)


@pytest.mark.parametrize(
    ("msisdn", "country", "some"),
    [
        ("+79121234567", "RU", {"Europe/Moscow", "Asia/Yekaterinburg", "Asia/Kamchatka"}),
        ("+61412345678", "AU", {"Australia/Perth", "Australia/Sydney"}),
        ("+15551234567", "US", {"America/New_York", "Pacific/Honolulu"}),  # no area code of anywhere
        ("+447700900123", "GB", {"Europe/London"}),  # a number of films and books
    ],
)
def test_a_number_that_may_be_in_several_zones_tells_all(msisdn: str, country: str, some: set[str]) -> None:
    place = number_place(msisdn)
    assert place.country == country
    assert some <= set(place.zones)


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_a_mobile_number_of_every_country_has_zones_that_are_known(country: str) -> None:
    number = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if number is None:
        pytest.skip("no mobile numbers there")
    place = number_place(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    assert place.country is not None
    # Some countries share their mobile numbers with another, such as Åland with Finland.
    assert phonenumbers.country_code_for_region(place.country) == number.country_code
    assert place.zones
    assert all(known_zone(zone) for zone in place.zones)
