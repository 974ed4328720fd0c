"""Classing a code anew where we have sent attempts of our own."""

from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.rules.codes import Changes
from smsreport_tui.rules.outcomes import Outcome
from storage.rehearsal import rehearse
from storage.store import Store
from tests.services.test_retries import bounced, clock, make_pass, soft_again, store  # noqa: F401 - fixtures
from tests.storage.stores import address_of
from tests.storage.test_rehearsal import apply, contents, difference, seen, table


def test_the_preview_holds_after_retries_of_ours(
    store: Store,  # noqa: F811 - the fixture
    clock: FixedClock,  # noqa: F811 - the fixture
) -> None:
    gateway = bounced(clock, "p1", "p2")
    for one in ("p1", "p2"):
        about = {"activity_id": "A", "profile_id": one, "msisdn": f"+4670000000{one[1:]}", "message_id": f"first-{one}"}
        gateway.tell(kind="bounced", vendor="infobip", scheme="error.id", code="27", **about)
    gateway.receipts = soft_again
    clock.advance(HOUR)
    assert make_pass(store, gateway).sent == 2
    clock.advance(MINUTE)
    make_pass(store, gateway)
    before, stored = seen(store, clock), contents(store)
    changed = table(c27=Outcome.HARD)
    previewed = rehearse(address_of(store), changed, clock.now())
    assert contents(store) == stored
    assert previewed.strikes_given == 2
    assert previewed.retries_ended == 2
    receipts = apply(store, changed)
    assert previewed == difference(before, seen(store, clock), receipts)
    assert rehearse(address_of(store), changed, clock.now()) == Changes(0)
