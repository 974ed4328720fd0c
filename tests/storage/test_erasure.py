"""An erased person is gone from the store's bytes, the counts stay, and nothing brings the person back."""

from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.services.erasure import forget
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.upkeep import restore
from storage.store import Store, open_store
from tests.storage.feeds import Item
from tests.storage.stores import put, wrong_books

pytestmark = pytest.mark.portable

NUMBER = "+46701234567"
SECRETS = [
    secret.encode()
    for secret in (NUMBER, "Zaphod Quux", "zaphod quux", "zaphod@example.com", "Betelgeuse", "vip-tag", "my reply")
] + [b"my personal text", b"SecretAgent/1.0", b"203.0.113.9", b"Odd bad item"]


def person(**more: object) -> Item:
    return {
        "id": "p1",
        "updated_at": "2026-03-02T09:00:00Z",
        "msisdn": NUMBER,
        "name": "Zaphod Quux",
        "email": "zaphod@example.com",
        "attributes": {"home": "Betelgeuse"},
        "tags": ["vip-tag"],
        **more,
    }


def event(number: int, kind: str, **more: object) -> Item:
    known = {"id": f"e{number}", "kind": kind, "at": "2026-03-02T09:00:00Z", "profile_id": "p1", "activity_id": "A"}
    return {**known, **more}


EVENTS: list[Item] = [
    event(1, "sent", msisdn=NUMBER, body="my personal text"),
    event(2, "bounced", msisdn=NUMBER, scheme="error.id", code="1"),
    event(3, "clicked", link_id="L", url="https://kept.example", user_agent="SecretAgent/1.0", ip="203.0.113.9"),
    event(4, "replied", text="my reply"),
]
BAD = [{"id": "e9", "kind": "opened", "profile_id": "p1", "activity_id": "A", "reason": "Odd bad item"}]


@pytest.fixture
def filled(store: Store) -> Store:
    put(store, "profiles", [person()])
    put(store, "events", EVENTS)
    put(store, "events", BAD)
    return store


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


@pytest.mark.sqlite
def test_every_personal_byte_is_there_before_and_gone_after(filled: Store, tmp_path: Path) -> None:
    assert [secret for secret in SECRETS if secret not in bytes_of(tmp_path)] == []
    assert forget(filled, "p1") == []
    assert [secret for secret in SECRETS if secret in bytes_of(tmp_path)] == []


def test_the_counts_stay_and_the_lists_say_erased(filled: Store, clock: FixedClock) -> None:
    reports = Reports(filled, clock)
    before = reports.report("A")
    forget(filled, "p1")
    after = reports.report("A")
    assert (after.counts.sent, after.counts.hard, after.counts.clicks) == (1, 1, 1)
    assert (before.counts.erased, after.counts.erased, after.quarantined) == (0, 1, 1)
    row = reports.tab("A", Tab.BOUNCES).rows[0]
    assert (row.erased, row.values[:4], row.values[-1]) == (True, ("p1", None, None, None), 1)
    assert wrong_books(filled) == []


def test_the_gateways_word_erases_for_good_whatever_its_age(filled: Store, clock: FixedClock) -> None:
    put(filled, "profiles", [{"id": "p1", "updated_at": "2001-01-01T00:00:00Z", "deleted": True}])
    put(filled, "profiles", [person(updated_at="2026-03-02T10:00:00Z", name="Back again")])
    profile = Reports(filled, clock).profile("p1")
    assert (profile.erased, profile.name, profile.msisdn, profile.tags) == (True, None, None, ())


def test_what_comes_later_is_stripped_and_a_repetition_is_known(filled: Store, tmp_path: Path) -> None:
    forget(filled, "p1")
    again = put(filled, "events", [*EVENTS, event(5, "replied", text="later words", msisdn=NUMBER)])
    assert (again.events, again.duplicates, again.quarantined) == (1, 4, 0)
    other = put(filled, "events", [event(4, "replied", text="other words")])
    assert other.quarantined == 1
    filled.truncate_log()
    assert b"later words" not in bytes_of(tmp_path)
    assert b"other words" not in bytes_of(tmp_path)


def test_strikes_stay_with_the_number(filled: Store, clock: FixedClock) -> None:
    forget(filled, "p1")
    put(filled, "profiles", [{"id": "p2", "updated_at": "2026-03-02T09:00:00Z", "msisdn": NUMBER}])
    assert [strike.activity for strike in Reports(filled, clock).profile("p2").strikes] == ["A"]


@pytest.mark.sqlite
def test_backups_are_reached(filled: Store, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    filled.back_up(copies / "copy.db")
    assert NUMBER.encode() in bytes_of(copies)
    assert forget(filled, "p1") == []
    assert [secret for secret in SECRETS if secret in bytes_of(copies)] == []


@pytest.mark.sqlite
def test_a_restored_backup_does_not_bring_the_person_back(filled: Store, tmp_path: Path, clock: FixedClock) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    filled.back_up(elsewhere / "copy.db")
    hidden = (elsewhere / "copy.db").rename(elsewhere / "moved.db")
    forget(filled, "p1")
    filled.close()
    restore(str(filled.path), hidden, clock)
    with open_store(str(filled.path), clock, writable=True) as restored:
        assert Reports(restored, clock).profile("p1").erased
        assert wrong_books(restored) == []


def test_nobody_of_that_name(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no profile 'p7'"):
        forget(store, "p7")
