"""What Kannel's reports and messages mean, and that one which is wrong keeps no other from the store."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.calls import Call, encode_call
from smsreport_tui.gateways.kannel import KannelGateway
from smsreport_tui.gateways.kannel_receipts import Receipt, read_receipt
from smsreport_tui.rules.clock import HOUR, SECOND, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import SyncResult, sync
from storage.letterbox import CALLS, Letter, Letterbox
from storage.store import Store
from tests.storage.feeds import START
from tests.storage.stores import everything, new_store

URL = "http://127.0.0.1:13013/cgi-bin/sendsms"
SINCH = ("sinch", "cloud_smpp.err")
AT = START // SECOND


@pytest.mark.parametrize(
    ("dlr_type", "text", "operator", "receipt"),
    [
        ("1", "id:1 stat:DELIVRD err:000 text:", None, Receipt("delivered")),
        ("8", "ACK/", None, Receipt("sent")),
        ("4", "", None, Receipt("queued")),
        ("2", "stat:UNDELIV err:001", SINCH, Receipt("bounced", *SINCH, "1")),
        ("2", "stat:UNDELIV err:001", None, Receipt("bounced", "kannel", "dlr_type", "2")),
        ("2", "stat:UNDELIV err:000", SINCH, Receipt("bounced", "kannel", "dlr_type", "2")),
        ("2", "stat:EXPIRED err:027", SINCH, Receipt("bounced", *SINCH, "27", "soft")),
        ("2", "stat:EXPIRED err:027", None, Receipt("bounced", "smpp", "message_state", "3", "soft")),
        ("2", "stat:REJECTD", None, Receipt("bounced", "smpp", "message_state", "8")),
        ("2", "stat:deleted err:0", None, Receipt("bounced", "smpp", "message_state", "4")),
        ("16", "NACK/0x0000000b/Invalid", SINCH, Receipt("bounced", "smpp", "command_status", "0x0000000B")),
        ("34", "", None, Receipt("bounced", "kannel", "dlr_type", "34")),
        ("66", "", None, Receipt("bounced", "kannel", "dlr_type", "66")),
    ],
)
def test_a_report_by_its_type_and_the_operators_text(
    dlr_type: str, text: str, operator: tuple[str, str] | None, receipt: Receipt
) -> None:
    assert read_receipt(dlr_type, text, operator) == receipt


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path, FixedClock(START + HOUR)) as opened:
        yield opened


def report(**changes: object) -> Call:
    about = {"activity": "A", "to": "46700000001", "type": 1, "at": AT, "reply": "stat:DELIVRD"}
    return _call("dlr", about | changes)


def message(text: str, **changes: object) -> Call:
    return _call("mo", {"from": "+46700000001", "text": text, "at": AT + 60, "id": "m1"} | changes)


def _call(path: str, about: dict[str, object]) -> Call:
    query = urlencode(about)
    return Call("GET", path, query, f"http://127.0.0.1/s/{path}?{query}", "", "", b"")


def take(store: Store, calls: list[Call]) -> SyncResult:
    """Kept as the receiver keeps them, then synced."""
    Letterbox(store, URL).post(Letter(CALLS, encode_call(call)) for call in calls)

    async def run() -> SyncResult:
        options = {"user": "u", "receiver": "http://127.0.0.1:8190", "operator": "sinch"}
        gateway = _Deaf(Account("kannel", URL, "p", options), store, store.clock)
        try:
            return await sync(store, gateway, store.clock)
        finally:
            await gateway.aclose()

    return asyncio.run(run())


class _Deaf(KannelGateway):
    """Nothing is asked of it over the network."""

    async def info(self):  # type: ignore[no-untyped-def]
        from smsreport_tui.gateways.interface import GatewayInfo
        from smsreport_tui.gateways.kannel import ABLE

        return GatewayInfo("Kannel", "kannel", ABLE)


def test_a_wrong_call_is_kept_aside_with_its_reason_and_no_other_is_lost(store: Store) -> None:
    wrong = [
        report(type="9"),
        report(at="yesterday"),
        report(at="99999999999999999999"),
        report(to="anna"),
        report(activity=""),
        report(activity="no such/id"),
        report(attempt="0"),
        message("x", at="-1"),
        message("x", **{"from": "SHOP"}),
    ]
    result = take(store, [report(), *wrong, report(to="46700000002", type=2, reply="stat:UNDELIV err:001")])
    assert result.quarantined >= len(wrong)
    assert result.events == 2
    counts = Reports(store, store.clock).report("A").counts
    assert (counts.sent, counts.delivered, counts.hard) == (2, 1, 1)
    assert Letterbox(store, URL).read(CALLS, 0, 9) == []


def test_stop_ends_it_and_names_the_activity(store: Store) -> None:
    take(store, [report(), message("Stopp"), message("Stopp")])
    assert Reports(store, store.clock).report("A").counts.unsubscribed == 1


def unsubscribed(store: Store) -> dict[str, int]:
    reports = Reports(store, store.clock)
    return {one: reports.report(one).counts.unsubscribed for one in ("A", "B")}


@pytest.mark.parametrize("at_once", [1, 1_000])
def test_a_reply_belongs_to_what_was_sent_last_and_not_to_what_is_told_last(
    store: Store, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("smsreport_tui.gateways.kannel.CALLS_AT_ONCE", at_once)
    take(store, [report(type="8"), report(activity="B", type="8", at=AT + 20)])
    # The older message has arrived after the younger one was sent.
    take(store, [report(at=AT + 40), message("Stop")])
    assert unsubscribed(store) == {"A": 0, "B": 1}


@pytest.mark.parametrize("at_once", [1, 1_000])
def test_a_reply_belongs_to_what_is_told_with_it(store: Store, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr("smsreport_tui.gateways.kannel.CALLS_AT_ONCE", at_once)
    take(store, [report(), report(activity="B", type="8", at=AT + 20), message("Stop")])
    assert unsubscribed(store) == {"A": 0, "B": 1}


def test_a_reply_belongs_to_what_an_interrupted_sync_had_taken_up(store: Store) -> None:
    async def collect() -> None:
        gateway = _Deaf(Account("kannel", URL, "p", {"operator": "sinch"}), store, store.clock)
        await gateway.collect()
        await gateway.aclose()

    Letterbox(store, URL).post([Letter(CALLS, encode_call(report()))])
    asyncio.run(collect())
    take(store, [message("Stop"), report(activity="B", at=AT + 90)])
    assert unsubscribed(store) == {"A": 1, "B": 0}


def test_a_message_that_comes_again_is_one_reply_also_when_more_is_known(store: Store) -> None:
    take(store, [report(), message("Stop")])
    result = take(store, [report(activity="B", type="8", at=AT + 30), message("Stop")])
    assert (result.events, unsubscribed(store)) == (1, {"A": 1, "B": 0})


@pytest.mark.parametrize("charset", ["UTF-16BE", "utf-16be", "UCS-2"])
def test_a_reply_in_ucs2_is_read_as_such(store: Store, charset: str) -> None:
    wide = quote_plus("Avanmäl".encode("utf-16-be"))
    broken = quote_plus(b"\xd8\x3d\x00")
    calls = [
        Call("GET", "mo", f"from=%2B46700000001&text={text}&charset={charset}&at={AT + 60}&id=m{text}", "", "", "", b"")
        for text in (wide, broken)
    ]
    assert take(store, [report(), *calls]).quarantined == 0
    assert Reports(store, store.clock).report("A").counts.unsubscribed == 1


def test_a_reply_in_any_letters_is_one(store: Store) -> None:
    broken = Call("GET", "mo", f"from=%2B46700000001&text=%ED%A0%BD%00%FF&at={AT}&id=m3", "", "", "", b"")
    assert take(store, [message("я" * 3_000, id="m2"), broken]).events == 2


PEOPLE = ["46700000001", "46700000002", "46700000003"]
CALLS_OF_ONE = st.builds(
    report,
    to=st.sampled_from(PEOPLE),
    type=st.sampled_from(["1", "2", "4", "8", "16", "34"]),
    at=st.integers(AT, AT + 3_000),
    reply=st.sampled_from(
        ["stat:UNDELIV err:001", "stat:EXPIRED err:027", "stat:DELIVRD err:000", "NACK/0x0000000b/x"]
    ),
    attempt=st.sampled_from(["1", "2"]),
)


@given(calls=st.lists(CALLS_OF_ONE, max_size=8), data=st.data())
@settings(max_examples=8, deadline=None)
def test_any_order_and_repetition_of_reports_gives_the_same_store(
    tmp_path_factory: pytest.TempPathFactory, calls: list[Call], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(calls + calls[: data.draw(st.integers(0, len(calls)))]))
    cut = data.draw(st.integers(0, len(shuffled)))
    seen = []
    for batches in ([calls], [shuffled[:cut], shuffled[cut:]]):
        with new_store(tmp_path_factory.mktemp("any"), FixedClock(START + HOUR)) as store:
            for batch in batches:
                take(store, batch)
            people = [row.values[0] for row in Reports(store, store.clock).tab("A", Tab.SENT).rows] if calls else []
            seen.append(everything(store, store.clock, sorted(map(str, people))))
    assert seen[0] == seen[1]
