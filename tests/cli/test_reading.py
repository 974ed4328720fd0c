"""What an operator and a script read of a filled store."""

from pathlib import Path

import pytest

from tests.cli.conftest import Ask


def fit_for_a_terminal(text: str) -> bool:
    return all(char == "\n" or (char >= " " and not "\x7f" <= char <= "\x9f" and char != "\u202e") for char in text)


def test_activities_as_json(ask: Ask, store: Path) -> None:
    answer = ask("activities", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.document[0] == {
        "id": "A1",
        "name": "Spring sale",
        "sender": "MYSHOP",
        "sent_at": "2026-03-02T08:00:00Z",
        "sent": 3,
        "delivered": 1,
        "unique_clicks": 1,
        "unsubscribed": 1,
    }
    assert list(answer.document[0]) == [
        *("id", "name", "sender", "sent_at", "sent", "delivered", "unique_clicks", "unsubscribed")
    ]
    assert answer.document[1]["name"].startswith("\x1b]52")


def test_activities_for_people(ask: Ask, store: Path) -> None:
    answer = ask("activities")
    assert "2026-03-02 09:00:00 Europe/Stockholm" in answer.out
    # An unknown zone is UTC.
    assert "2026-02-02 08:00:00 UTC" in answer.out
    assert "[red]" in answer.out
    assert fit_for_a_terminal(answer.out)


def test_a_report_as_json(ask: Ask, store: Path) -> None:
    answer = ask("report", "A1", "--json")
    document = answer.document
    assert document.pop("as_of").endswith("Z")
    assert document == {
        "activity": {
            "id": "A1",
            "name": "Spring sale",
            "sender": "MYSHOP",
            "body": "Spring! https://s.example/1",
            "sent_at": "2026-03-02T08:00:00Z",
            "status": "sent",
            "sending_to": [{"kind": "include_segment", "label": "Customers SE", "match": "all"}],
            "parts": 1,
        },
        "final": True,
        "open": 0,
        "sent": 3,
        "delivered": 1,
        "soft": 0,
        "hard": 1,
        "rejected": 0,
        "pending": 1,
        "bounces": 1,
        "excluded": 3,
        "erased": 0,
        "quarantined": 0,
        "clicks": 1,
        "unique_clicks": 1,
        "machine_clicks": 1,
        "unsubscribed": 1,
        "total_credits": "3",
        "retry_credits": "0",
        "rates": {"delivery": 1 / 3, "bounce": 1 / 3, "click": 1.0, "unsubscribe": 1.0},
        "links": [{"id": "L1", "url": "https://myshop.example/spring", "clicks": 1, "unique_clicks": 1}],
        "codes": [{"vendor": "infobip", "scheme": "error.id", "code": "1", "outcome": "hard", "recipients": 1}],
    }


def test_machine_clicks_count_when_asked(ask: Ask, store: Path) -> None:
    assert ask("report", "A1", "--json", "--machine-clicks").document["clicks"] == 2


def test_the_curve_of_a_report(ask: Ask, store: Path) -> None:
    document = ask("curve", "A1", "--json").document
    report = ask("report", "A1", "--json").document
    assert document["activity"] == "A1"
    assert sum(hour["delivered"] for hour in document["hours"]) == report["delivered"]
    assert sum(hour["first_clicks"] for hour in document["hours"]) == report["unique_clicks"]
    assert [hour["hour"] for hour in document["hours"]] == sorted(hour["hour"] for hour in document["hours"])
    for_people = ask("curve", "A1")
    assert "First clicks" in for_people.out
    assert "█" in for_people.out
    assert ask("curve", "never").code == 1


def test_a_report_for_people(ask: Ask, store: Path) -> None:
    answer = ask("report", "A1")
    assert answer.code == 0
    lines = [line.rstrip() for line in answer.out.splitlines()]
    assert lines[0] == "Spring sale"
    assert any(line.split() == ["Sent", "2026-03-02", "09:00:00", "Europe/Stockholm"] for line in lines)
    assert any(line.split() == ["Delivered", "1", "33.3", "%", "of", "sent"] for line in lines)
    assert "include_segment: Customers SE (all)" in answer.out
    assert "infobip" in answer.out


@pytest.mark.parametrize(
    ("tab", "total", "keys"),
    [
        ("sent", 3, ["profile", "name", "msisdn", "email", "sent_at", "outcome", "attempts", "credits", "at"]),
        ("delivered", 1, ["profile", "name", "msisdn", "email", "sent_at", "delivered_at", "attempts", "at"]),
        (
            "clicks",
            1,
            ["profile", "name", "msisdn", "email", "first_click_at", "last_click_at", "clicks", "links", "at"],
        ),
        ("links", 1, ["link", "url", "title", "clicks", "unique_clicks", "share", "at"]),
        (
            "bounces",
            1,
            [
                *("profile", "name", "msisdn", "email", "bounce", "outcome", "vendor", "scheme", "code", "reason"),
                *("attempts", "bounced_at", "next_retry_at", "strikes", "at"),
            ],
        ),
        ("unsubscribe", 1, ["profile", "name", "msisdn", "email", "unsubscribed_at", "at"]),
    ],
)
def test_the_rows_of_a_tab_as_json(ask: Ask, store: Path, tab: str, total: int, keys: list[str]) -> None:
    document = ask("list", "A1", tab, "--json").document
    assert list(document) == ["total", "rows"]
    assert document["total"] == total
    assert list(document["rows"][0]) == keys


def test_values_of_rows(ask: Ask, store: Path) -> None:
    rows = {row["profile"]: row for row in ask("list", "A1", "sent", "--json").document["rows"]}
    assert rows["P1"]["msisdn"] == "+46700000011"
    assert (rows["P1"]["credits"], rows["P1"]["attempts"]) == ("1.5", 1)
    assert rows["P2"]["email"] is None
    link = ask("list", "A1", "links", "--json").document["rows"][0]
    assert (link["share"], link["at"]) == (1.0, None)


def test_find_and_link_narrow(ask: Ask, store: Path) -> None:
    assert ask("list", "A1", "sent", "--find", "Anna", "--json").document["total"] == 1
    assert ask("list", "A1", "clicks", "--link", "L1", "--json").document["total"] == 1
    wrong = ask("list", "A1", "sent", "--link", "L1")
    assert (wrong.code, wrong.out) == (2, "")
    assert "--link goes with the tab clicks only." in wrong.err


def test_people_see_masked_numbers_and_literal_text(ask: Ask, store: Path) -> None:
    for tab in ("sent", "delivered", "clicks", "links", "bounces", "unsubscribe"):
        answer = ask("list", "A1", tab)
        assert answer.code == 0
        assert "+46700000011" not in answer.out
        assert "times in Europe/Stockholm" in answer.out
        assert fit_for_a_terminal(answer.out)
    assert "+46…0011" in ask("list", "A1", "delivered").out
    assert "2026-03-02 09:00:07" in ask("list", "A1", "delivered").out


def test_a_profile_as_json(ask: Ask, store: Path) -> None:
    document = ask("profile", "P1", "--json").document
    assert list(document) == [
        *("id", "msisdn", "name", "email", "attributes", "tags", "strikes", "suppressed", "opted_out", "erased"),
        *("activities", "timeline"),
    ]
    assert document["attributes"] == {"city": "Lund", "orders": 7, "club": True}
    assert document["activities"] == [{"activity": "A1", "outcome": "delivered", "attempts": 1, "clicks": 1}]
    assert [event["kind"] for event in document["timeline"]] == ["delivered", "clicked", "clicked", "unsubscribed"]
    first = document["timeline"][0]
    assert list(first)[:4] == ["at", "kind", "activity", "id"]
    assert (first["at"], first["outcome"], first["credits"]) == ("2026-03-02T08:00:07Z", "delivered", "1.5")
    assert [event.get("machine") for event in document["timeline"]] == [None, True, False, None]


def test_a_profile_for_people(ask: Ask, store: Path) -> None:
    answer = ask("profile", "P1")
    assert "Anna Berg" in answer.out
    assert "+46700000011" not in answer.out
    # The operator's zone is the system's where the configuration names none.
    assert "times in Europe/Oslo" in answer.out
    assert fit_for_a_terminal(ask("profile", "P2").out)


def test_what_the_store_does_not_know(ask: Ask, store: Path) -> None:
    for arguments in (("report", "A9"), ("list", "A9", "sent"), ("profile", "P9"), ("report", "A9", "--json")):
        answer = ask(*arguments)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.count("\n") == 1
        assert arguments[1] in answer.err


def test_an_id_that_begins_with_a_dash(ask: Ask, store: Path) -> None:
    assert ask("report", "--json", "--", "-A2").document["activity"]["id"] == "-A2"


def test_no_store_yet(ask: Ask, user: Path) -> None:
    answer = ask("activities", "--json")
    assert (answer.code, answer.out) == (1, "")
    assert "smsreport sync" in answer.err
    assert not (user / "data").exists()
