"""The documents of `--json`, key by key; scripts rely on them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.cli.documents import (
    activities_document,
    as_json,
    doctor_document,
    list_document,
    pass_document,
    profile_document,
    report_document,
    sync_document,
)
from smsreport_tui.rules.columns import TAB_COLUMNS, ListRow, Tab, TabPage
from smsreport_tui.rules.figures import (
    Activity,
    CodeFigure,
    Counts,
    LinkFigure,
    Profile,
    Report,
    SendingTo,
    Strike,
    TimelineEvent,
    rates,
)
from smsreport_tui.rules.outcomes import Outcome
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.rules.times import parse_time
from smsreport_tui.services.doctor import Check
from smsreport_tui.services.sync import SyncResult
from smsreport_tui.services.worker import PassResult

AT = parse_time("2026-03-02T08:00:00.250Z")


def report(activity: Activity, counts: Counts, opened: int = 0) -> Report:
    return Report(
        activity=activity,
        as_of=AT,
        open=opened,
        fresh=False,
        counts=counts,
        rates=rates(counts),
        quarantined=2,
        total_credits=55_000,
        retry_credits=0,
        links=(LinkFigure("L1", None, "Title", 3, 2, 2 / 3),),
        codes=(CodeFigure(None, None, None, Outcome.SOFT, 1), CodeFigure("infobip", "error.id", "1", Outcome.HARD, 1)),
    )


def test_a_report_of_an_activity_that_the_gateway_has_not_described() -> None:
    nothing = Activity("A1", None, None, None, None, None, None, (), None, None, None)
    assert json.loads(as_json(report_document(report(nothing, Counts())))) == {
        "activity": {
            "id": "A1",
            "name": None,
            "sender": None,
            "body": None,
            "sent_at": None,
            "status": None,
            "sending_to": [],
            "parts": None,
        },
        "as_of": "2026-03-02T08:00:00.250Z",
        "final": True,
        "open": 0,
        **dict.fromkeys(("sent", "delivered", "soft", "hard", "rejected", "pending", "bounces"), 0),
        "excluded": None,
        "erased": 0,
        "quarantined": 2,
        **dict.fromkeys(("clicks", "unique_clicks", "machine_clicks", "unsubscribed"), 0),
        "total_credits": "5.5",
        "retry_credits": "0",
        "rates": {"delivery": None, "bounce": None, "click": None, "unsubscribe": None},
        "links": [{"id": "L1", "url": None, "clicks": 3, "unique_clicks": 2}],
        "codes": [
            {"vendor": None, "scheme": None, "code": None, "outcome": "soft", "recipients": 1},
            {"vendor": "infobip", "scheme": "error.id", "code": "1", "outcome": "hard", "recipients": 1},
        ],
    }


def test_the_keys_of_a_report_stand_in_the_order_of_the_page() -> None:
    settings = (SendingTo("include_tag", "vip"),)
    activity = Activity("A1", "n", "s", "ä" * 71, AT, "sent", "UTC", settings, 9, 1, 0)
    document = report_document(report(activity, Counts(sent=5, delivered=2, soft=1, pending=2, unique_clicks=3), 2))
    assert list(document) == [
        *("activity", "as_of", "final", "open", "sent", "delivered", "soft", "hard", "rejected", "pending", "bounces"),
        *("excluded", "erased", "quarantined", "clicks", "unique_clicks", "machine_clicks", "unsubscribed"),
        *("total_credits", "retry_credits", "rates", "links", "codes"),
    ]
    assert list(document["activity"]) == ["id", "name", "sender", "body", "sent_at", "status", "sending_to", "parts"]
    assert document["activity"]["parts"] == 1
    assert document["activity"]["sending_to"] == [{"kind": "include_tag", "label": "vip", "match": None}]
    assert (document["final"], document["open"], document["bounces"]) == (False, 2, 1)
    # A rate is never capped.
    assert document["rates"] == {"delivery": 0.4, "bounce": 0.2, "click": 1.5, "unsubscribe": 0.0}


def test_the_list_of_activities() -> None:
    summary = ActivitySummary("A1", None, None, None, "UTC", None, 1, 2, 3, 4)
    assert activities_document([summary]) == [
        {
            "id": "A1",
            "name": None,
            "sender": None,
            "sent_at": None,
            "sent": 1,
            "delivered": 2,
            "unique_clicks": 3,
            "unsubscribed": 4,
        }
    ]


def test_rows_have_the_columns_of_the_export_and_their_time() -> None:
    row = ListRow(AT, ("P1", None, "+46700000011", None, AT, "delivered", 2, 15_000))
    assert list_document(TabPage(TAB_COLUMNS[Tab.SENT], 9_120, (row,))) == {
        "total": 9_120,
        "rows": [
            {
                "profile": "P1",
                "name": None,
                "msisdn": "+46700000011",
                "email": None,
                "sent_at": "2026-03-02T08:00:00.250Z",
                "outcome": "delivered",
                "attempts": 2,
                "credits": "1.5",
                "at": "2026-03-02T08:00:00.250Z",
            }
        ],
    }


@pytest.mark.parametrize("tab", list(Tab))
def test_every_tab_has_its_columns_as_keys(tab: Tab) -> None:
    columns = TAB_COLUMNS[tab]
    document = list_document(TabPage(columns, 1, (ListRow(None, (None,) * len(columns)),)))
    assert document["rows"] == [{**dict.fromkeys([column.name for column in columns]), "at": None}]
    assert list(document["rows"][0]) == [*(column.name for column in columns), "at"]


def test_a_profile() -> None:
    profile = Profile(
        id="P1",
        known=True,
        erased=True,
        msisdn=None,
        name=None,
        email=None,
        timezone=None,
        attributes={},
        tags=("b", "a"),
        sms_consent=True,
        strikes=(Strike("A1", AT, None, None, None),),
        suppressed=False,
        opted_out=True,
        timeline=(
            TimelineEvent(AT, "bounced", "A1", "E1", Outcome.HARD, credits=15_000, code="1"),
            TimelineEvent(AT, "page_view", None, "E2", url="https://x.example"),
        ),
    )
    document = profile_document(profile)
    assert (document["strikes"], document["tags"], document["erased"]) == (1, ["b", "a"], True)
    assert document["timeline"] == [
        {
            "at": "2026-03-02T08:00:00.250Z",
            "kind": "bounced",
            "activity": "A1",
            "id": "E1",
            "outcome": "hard",
            "credits": "1.5",
            "code": "1",
        },
        {
            "at": "2026-03-02T08:00:00.250Z",
            "kind": "page_view",
            "activity": None,
            "id": "E2",
            "url": "https://x.example",
        },
    ]


def test_sync_and_worker() -> None:
    assert as_json(sync_document(SyncResult(1, 2, 3, 4, 5, 1.23456)), one_line=True) == (
        '{"activities": 1, "profiles": 2, "events": 3, "duplicates": 4, "quarantined": 5, "seconds": 1.235}'
    )
    assert as_json(pass_document(PassResult(7)), one_line=True) == (
        '{"synced": 7, "due": 0, "sent": 0, "held": 0, "postponed": 0, "suppressed": 0}'
    )


def test_a_warning_of_doctor_does_not_fail() -> None:
    checks = [Check("a", True, "fine"), Check("b", None, "know this")]
    assert doctor_document(checks)["ok"] is True
    assert doctor_document([*checks, Check("c", False, "broken")]) == {
        "ok": False,
        "checks": [
            {"name": "a", "ok": True, "text": "fine"},
            {"name": "b", "ok": None, "text": "know this"},
            {"name": "c", "ok": False, "text": "broken"},
        ],
    }


def test_text_stands_as_itself_and_acts_on_no_terminal() -> None:
    assert as_json({"a": "Zoë \ufffd 😀"}, one_line=True) == '{"a": "Zoë \ufffd 😀"}'
    assert as_json({"a": "\x1b\x9b\u202e"}, one_line=True) == '{"a": "\\u001b\\u009b\\u202e"}'
    assert as_json({"a": "\ud800"}, one_line=True) == '{"a": "\ufffd"}'


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back_the_same(text: str) -> None:
    line = as_json({"a": text}, one_line=True)
    assert json.loads(line.encode()) == {"a": text}
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in line)
