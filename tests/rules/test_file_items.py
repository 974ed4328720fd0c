"""What a row of an operator's file says: numbers as they are written, attributes by what they compare as."""

import pytest

from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.feed import Scalar
from smsreport_tui.rules.file_items import BadRowError, activity, column_name, person
from smsreport_tui.rules.phone_numbers import BadNumberError, checked_country, msisdn_of

NOW = 1_772_442_000_000_000
NUMBER = {"msisdn": "+46700000011"}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("+46700000011", None),
        ("+46 70-000 00 11", "GB"),
        ("0046 (70) 000.00.11", None),
        ("070-000 00 11", "SE"),
        ("700000011", "SE"),
        ("46700000011", "SE"),
        ("'+46700000011", None),
        ("+46\u00a070\u2011000\u00a000\u00a011", None),
    ],
)
def test_a_number_as_people_write_it(text: str, country: str | None) -> None:
    assert msisdn_of(text, country) == "+46700000011"


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("", "SE", "missing"),
        ("0700000011", None, "no country was given"),
        ("4.67E+10", "SE", "no number"),
        ("ann@example.org", "SE", "no number"),
        ("00", None, "no number"),
        ("123", "SE", "too short"),
        ("+460", None, "no number of any country"),
        ("00467000000112223", None, "too long"),
        ("+999123456", None, None),
    ],
)
def test_what_is_no_number_says_why_and_not_which(text: str, country: str | None, why: str | None) -> None:
    if why is None:
        assert msisdn_of(text, country) == text
        return
    with pytest.raises(BadNumberError, match=why) as caught:
        msisdn_of(text, country)
    assert not text or text not in str(caught.value)


def test_a_country_is_an_iso_code() -> None:
    assert checked_country("se") == "SE"
    with pytest.raises(ConfigError, match="is no country"):
        checked_country("Sweden")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("-3", -3),
        ("1.50", 1.5),
        ("TRUE", True),
        ("false", False),
        ("1", 1),
        ("007", "007"),
        ("+7", "+7"),
        ("1e3", "1e3"),
        ("1,5", "1,5"),
        ("12345678901234567890", "12345678901234567890"),
        ("nan", "nan"),
        ("yes", "yes"),
        ("", None),
    ],
)
def test_an_attribute_is_what_it_compares_as(text: str, value: Scalar | None) -> None:
    found = person(NUMBER | {"Orders": text}, NOW, country=None, takes_ids=True).attributes["Orders"]
    assert found == value
    assert type(found) is type(value)


def test_a_column_that_is_not_there_says_nothing_and_an_empty_one_takes_away() -> None:
    assert person(NUMBER, NOW, country=None, takes_ids=True).fields == NUMBER
    empty = dict.fromkeys(("name", "email", "tags", "timezone", "sms_consent"), "")
    found = person(NUMBER | empty, NOW, country=None, takes_ids=True).fields
    assert found == {**NUMBER, "name": None, "email": None, "tags": None, "timezone": None}


def test_tags_and_consent() -> None:
    values = NUMBER | {"tags": "vip; new|vip |", "sms_consent": "No"}
    found = person(values, NOW, country=None, takes_ids=True).fields
    assert found["tags"] == ["vip", "new"]
    assert found["sms_consent"] is False


def test_an_id_is_an_attribute_where_people_are_numbers() -> None:
    values = NUMBER | {"id": "P1"}
    assert person(values, NOW, country=None, takes_ids=True).id == "P1"
    found = person(values, NOW, country=None, takes_ids=False)
    assert (found.id, found.attributes) == (None, {"id": "P1"})


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"sms_consent": "maybe"}, "sms_consent: neither true nor false"),
        ({"timezone": "Europe/Nowhere"}, "timezone: no such zone"),
        ({"updated_at": "yesterday"}, "updated_at: not an RFC 3339 time"),
        ({"updated_at": "2090-01-01T00:00:00Z"}, "updated_at: lies in the future"),
    ],
)
def test_a_bad_cell_says_why(cells: dict[str, str], why: str) -> None:
    with pytest.raises(BadRowError, match=why):
        person(NUMBER | cells, NOW, country=None, takes_ids=True)


def test_an_activity_needs_an_id_and_a_time_with_a_zone() -> None:
    sent = {"id": "A1", "sent_at": "2026-03-02T10:00:00+01:00"}
    assert activity(sent, NOW).fields == {"sent_at": "2026-03-02T09:00:00.000000Z"}
    for cells, why in (
        ({"id": ""}, "id: missing"),
        ({"sent_at": ""}, "sent_at: missing"),
        ({"sent_at": "2026-03-02 10:00"}, "write it like 2026-03-02T09:00:00"),
    ):
        with pytest.raises(BadRowError, match=why):
            activity(sent | cells, NOW)


def test_headings_with_a_meaning_are_known_however_they_are_written() -> None:
    found = [column_name(one) for one in (" MSISDN ", "Time zone", "SMS_consent", "Loyalty Level")]
    assert found == ["msisdn", "timezone", "sms_consent", "Loyalty Level"]
