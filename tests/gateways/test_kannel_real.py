"""The real Kannel between a foreign platform, our worker and an operator's SMSC: each message once, no report lost."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.items import activity_letter
from smsreport_tui.gateways.kannel import KannelGateway
from smsreport_tui.gateways.kannel_calls import KannelCalls
from smsreport_tui.gateways.receiver import Receiver
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND, FixedClock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.figures import Counts
from smsreport_tui.rules.messages import ActivityMessage
from smsreport_tui.rules.times import exact_time
from smsreport_tui.services.replies import replies
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.retry_desk import RetryDesk
from smsreport_tui.services.sync import sync
from smsreport_tui.services.worker import PassResult, Watch, run_worker
from storage.books import book_errors
from storage.letterbox import Letterbox
from storage.receiver_secret import receiver_secret
from storage.store import Store, open_store
from tests.gateways.kannel_process import PASSWORD, USER, Kannel, kannel, require_kannel
from tests.gateways.killed_worker import killed_pass
from tests.gateways.listening import listening
from tests.gateways.ports import free_port
from tests.gateways.smsc import Smsc, smsc

BODY = "Rea på allt {30 %} 👋"
PATIENCE = 30.0


class Office:
    """The program beside a Kannel; what the world outside tells, it tells at its own time."""

    def __init__(self, store: Store, box: Kannel, operator: Smsc, clock: FixedClock, port: int) -> None:
        self.store = store
        self.box = box
        self.operator = operator
        self.clock = clock
        self.port = port
        self.secret = receiver_secret(store)

    def account(self, password: str = PASSWORD) -> Account:
        options = {"user": USER, "sender": "SHOP", "receiver": f"http://127.0.0.1:{self.port}", "operator": "sinch"}
        return Account("kannel", self.box.url, password, options)

    def receiver(self) -> "contextlib.AbstractContextManager[None]":
        gateway = KannelGateway(self.account(), None, self.clock)
        box = Letterbox(self.store, gateway.url)
        asyncio.run(gateway.aclose())
        return listening(Receiver(box, KannelCalls(), self.secret), self.port)

    def campaign(self, *endings: str) -> None:
        """A platform that is not ours sends by the same Kannel, with the address that the documentation names."""
        at = exact_time(self.clock.now())
        told = ActivityMessage(id="A", updated_at=at, name="Spring", sender="SHOP", body=BODY, sent_at=at)
        Letterbox(self.store, self.box.url).post([activity_letter(told)])
        for ending in endings:
            about = {"from": "SHOP", "to": number(ending), "text": BODY, "charset": "UTF-8", "coding": "2"}
            report = "?activity=A&to=%p&type=%d&at=%T&reply=%A"
            about |= {"dlr-mask": "31", "dlr-url": f"http://127.0.0.1:{self.port}/{self.secret}/dlr{report}"}
            answer = httpx.get(self.box.url, params={"username": USER, "password": PASSWORD, **about})
            assert answer.text == "0: Accepted for delivery"

    def sync(self) -> Counts:
        async def run() -> None:
            gateway = KannelGateway(self.account(), self.store, self.clock)
            try:
                await sync(self.store, gateway, self.clock)
            finally:
                await gateway.aclose()

        asyncio.run(run())
        return Reports(self.store, self.clock).report("A").counts

    def wait(self, what: str, holds: Callable[[Counts], bool]) -> Counts:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            counts = self.sync()
            if holds(counts):
                return counts
            time.sleep(0.05)
        raise AssertionError(f"waited {PATIENCE} s until {what}; it is {self.sync()}")

    def make_pass(self, cut: "Callable[[httpx.Response], object] | None" = None) -> PassResult:
        passes: list[PassResult] = []

        def connect() -> KannelGateway:
            gateway = KannelGateway(self.account(), self.store, self.clock)
            if cut is not None:
                gateway._client.event_hooks = {"response": [cut]}
            return gateway

        async def run() -> None:
            watch = Watch(lambda: 0.001, passes.append, pytest.fail)
            await run_worker(self.store, connect, self.clock, watch, once=True, stop=asyncio.Event())

        asyncio.run(run())
        return passes[0]


def number(ending: str) -> str:
    return f"+4670000000{ending}"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    require_kannel()
    clock, port = FixedClock(int(time.time()) * SECOND), free_port()
    with contextlib.ExitStack() as opened:
        store = opened.enter_context(open_store(str(tmp_path / "store.db"), clock, writable=True))
        operator = opened.enter_context(smsc())
        called = f"http://127.0.0.1:{port}/{receiver_secret(store)}"
        box = opened.enter_context(kannel(tmp_path / "kannel", operator.port, called))
        assert operator.bound.wait(PATIENCE)
        yield Office(store, box, operator, clock, port)


def test_a_campaign_of_another_platform_is_reported_to_the_last_receipt(office: Office) -> None:
    with office.receiver():
        office.campaign("1", "2", "3", "4", "5", "6")
        counts = office.wait("all is told", lambda seen: seen.sent == 6 and not seen.pending and seen.unsubscribed > 0)
    assert (counts.delivered, counts.soft, counts.hard, counts.rejected) == (2, 2, 2, 0)
    assert counts.unsubscribed == 1
    codes = {(code.vendor, code.scheme, code.code) for code in Reports(office.store, office.clock).report("A").codes}
    assert codes == {
        ("sinch", "cloud_smpp.err", "1"),
        ("sinch", "cloud_smpp.err", "27"),
        ("sinch", "cloud_smpp.err", "31"),
        ("smpp", "command_status", "0x0000000B"),
    }
    assert office.operator.to(number("1")) == [BODY]
    with office.store.reading() as connection:
        assert book_errors(connection) == []


def test_what_people_answer_is_read_in_any_letters(office: Office) -> None:
    with office.receiver():
        office.campaign("6", "7", "8")
        office.wait("all have answered", lambda _: replies(office.store, None, near_misses=False).total == 3)
    told = {(one.text, one.meaning) for one in replies(office.store, None, near_misses=False).rows}
    assert told == {("Stop", "opt_out"), ("Avanmäl", "opt_out"), ("👋 avanmäl", "near_miss")}
    assert Reports(office.store, office.clock).report("A").counts.unsubscribed == 2


def test_a_soft_bounce_is_sent_again_until_it_arrives(office: Office) -> None:
    with office.receiver():
        office.campaign("4")
        office.wait("it has bounced", lambda seen: seen.soft == 1)
        office.clock.advance(HOUR + MINUTE)
        assert office.make_pass().sent == 1
        office.wait("the second report", lambda _: _attempts(office) == 2)
        office.clock.advance(HOUR + MINUTE)
        assert office.make_pass().sent == 1
        office.wait("it has arrived", lambda seen: seen.delivered == 1)
        office.clock.advance(HOUR + MINUTE)
        assert office.make_pass().sent == 0
    assert office.operator.to(number("4")) == [BODY] * 3


def _attempts(office: Office) -> int:
    """Attempts to the one person of which the last word is known."""
    timeline = Reports(office.store, office.clock)
    from smsreport_tui.rules.columns import Tab

    person = str(timeline.tab("A", Tab.SENT).rows[0].values[0])
    return sum(event.kind == "bounced" for event in timeline.profile(person).timeline)


def test_what_is_told_while_nobody_listens_is_told_again(office: Office) -> None:
    office.campaign("1", "2")
    _until("the operator has both", lambda: len(office.operator.submitted) == 2)
    with office.receiver():
        counts = office.wait("both are told", lambda seen: seen.delivered == 1 and seen.hard == 1)
    assert counts.sent == 2


def test_a_request_that_is_cut_off_is_held_and_its_report_ends_that(office: Office) -> None:
    async def cut(response: httpx.Response) -> None:
        if "to" in response.request.url.params:
            raise httpx.ReadError("cut off")

    office.campaign("4")
    with office.receiver():
        office.wait("it has bounced", lambda seen: seen.soft == 1)
    office.clock.advance(HOUR + MINUTE)
    office.make_pass(cut)
    office.clock.advance(10 * MINUTE)
    office.make_pass()
    assert RetryDesk(office.store, office.clock).board().held == 1
    assert office.make_pass().sent == 0
    with office.receiver():
        office.wait("its report", lambda _: _attempts(office) == 2)
    assert RetryDesk(office.store, office.clock).board().held == 0
    assert office.operator.to(number("4")) == [BODY] * 2


@pytest.mark.parametrize(("hook", "sent"), [("request", 1), ("response", 2)])
def test_a_worker_that_is_killed_at_its_request_has_it_held_and_never_made_again(
    office: Office, hook: str, sent: int
) -> None:
    office.campaign("4")
    with office.receiver():
        office.wait("it has bounced", lambda seen: seen.soft == 1)
    office.clock.advance(HOUR + MINUTE)
    killed_pass(office.store.path, office.clock.now(), hook, office.account())
    for _ in range(4):
        office.clock.advance(HOUR // 2)
        office.make_pass()
    assert RetryDesk(office.store, office.clock).board().held == 1
    assert office.operator.to(number("4")) == [BODY] * sent
    if hook == "response":
        with office.receiver():
            office.wait("its report", lambda _: _attempts(office) == 2)
        assert RetryDesk(office.store, office.clock).board().held == 0


def test_reports_that_a_killed_bearerbox_has_lost_end_as_unknown(office: Office) -> None:
    with office.receiver():
        office.campaign("4")
        office.wait("it has bounced", lambda seen: seen.soft == 1)
        office.operator.silent = True
        office.clock.advance(HOUR + MINUTE)
        assert office.make_pass().sent == 1
        _until("the operator has it", lambda: len(office.operator.submitted) == 2)
        office.box.kill()
        office.operator.silent = False
        office.box.start()
        assert office.operator.bound.wait(PATIENCE)
        office.clock.advance(55 * MINUTE)
        assert office.make_pass().sent == 0
        office.clock.advance(2 * HOUR + MINUTE)
        assert office.make_pass().sent == 1
        counts = office.wait("the third has arrived", lambda seen: seen.delivered == 1)
    assert counts.soft == 0
    assert office.operator.to(number("4")) == [BODY] * 3


def test_a_wrong_password_is_told_and_nothing_leaves(office: Office) -> None:
    async def ask() -> None:
        gateway = KannelGateway(office.account("wr0ng"), office.store, office.clock)
        try:
            await gateway.info()
        finally:
            await gateway.aclose()

    with pytest.raises(GatewayError, match="does not take this user's password"):
        asyncio.run(ask())
    assert office.operator.submitted == []


def _until(what: str, holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"waited {PATIENCE} s until {what}"
        time.sleep(0.02)
