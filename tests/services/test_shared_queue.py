"""Workers that claim beside each other on one server, with no lock of the whole store between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.rules.errors import StoreError
from storage.due_attempts import Pair, due_recipients
from storage.outbox_claim import Claimant, Claims, claim
from storage.store import Store, open_store
from tests.services.test_retries import START, bounced, make_pass
from tests.storage import engines
from tests.storage.postgres import server
from tests.storage.stores import address_of

PEOPLE = tuple(f"p{number}" for number in range(6))


@pytest.fixture(autouse=True)
def engine() -> Iterator[None]:
    """SQLite has no workers beside each other."""
    server()
    engines.choose(engines.POSTGRES)
    yield
    engines.clear()
    engines.choose(engines.SQLITE)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with open_store(engines.address(tmp_path), clock, writable=True) as opened:
        yield opened


def due(store: Store, clock: FixedClock) -> list[Pair]:
    with store.reading() as connection:
        return due_recipients(connection, clock.now())


def claimant(store: Store, clock: FixedClock, holder: str) -> Claimant:
    return Claimant(1, holder, clock.now(), clock.now() + MINUTE, store.number_key, AllowedHours())


def claimed(claims: Claims) -> list[str]:
    return [one.profile_id for one in claims.claimed]


def test_workers_share_what_is_due_and_do_not_wait_for_each_other(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have listed the same; a wait would end in the sentence of a busy store."""
    make_pass(store, bounced(clock, *PEOPLE))
    clock.advance(HOUR)
    pairs = due(store, clock)
    assert len(pairs) == len(PEOPLE)
    monkeypatch.setattr("storage.postgres._BUSY_MILLISECONDS", 50)
    monkeypatch.setattr("storage.postgres.PostgresBackend._begin_turn", lambda _, bare: bare.execute("BEGIN"))
    with (
        open_store(address_of(store), clock, writable=True) as here,
        open_store(address_of(store), clock, writable=True) as elsewhere,
    ):
        first, second = here.writer.connect(), elsewhere.writer.connect()
        with first, second, first.begin() as ending:
            mine = claim(first, pairs[:4], claimant(store, clock, "here"))
            with second.begin():
                other = claim(second, pairs, claimant(store, clock, "elsewhere"))
            late = claim(first, pairs, claimant(store, clock, "here"))
            ending.commit()
    assert claimed(mine) == [*PEOPLE[:4]]
    assert claimed(other) == [*PEOPLE[4:]]
    assert claimed(late) == []
    assert due(store, clock) == []
    assert (other.held, other.postponed, other.suppressed) == (0, 0, 0)


def fails(store: Store, times: int, state: str) -> None:
    """The server undoes so many claims, by a trigger whose count is not undone with them."""
    schema = store._url.query["schema"]
    server().execute(
        f"""
        CREATE SEQUENCE {schema}.tries;
        CREATE FUNCTION {schema}.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('{schema}.tries') <= {times} THEN RAISE EXCEPTION 'undone' USING ERRCODE = '{state}'; END IF;
            RETURN NULL; END $$;
        CREATE TRIGGER fail AFTER INSERT ON {schema}.attempt EXECUTE FUNCTION {schema}.fail();
        CREATE TRIGGER fail_too AFTER UPDATE ON {schema}.attempt EXECUTE FUNCTION {schema}.fail();
        """
    )


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_what_the_server_undoes_for_others_is_done_again_and_sent_once(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr("storage.store._WAITS", (0.0, 0.0, 0.0))
    gateway = bounced(clock, *PEOPLE)
    make_pass(store, gateway)
    fails(store, 3, state)
    clock.advance(HOUR)
    result = make_pass(store, gateway)
    assert (result.due, result.sent, result.postponed, result.held) == (6, 6, 0, 0)
    assert len(gateway.record.sent) == len(PEOPLE)
    with store.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM attempt")) == len(PEOPLE)


def test_what_is_undone_again_and_again_ends_in_a_sentence(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.store._WAITS", (0.0, 0.0))
    gateway = bounced(clock, "p1")
    make_pass(store, gateway)
    fails(store, 1000, "40001")
    clock.advance(HOUR)
    with pytest.raises(StoreError, match="other programs keep changing what this one changes"):
        make_pass(store, gateway)
    assert gateway.record.sent == []
    assert len(due(store, clock)) == 1


def test_another_error_is_not_tried_again(store: Store, clock: FixedClock) -> None:
    make_pass(store, bounced(clock, "p1"))
    tries = []

    def change(connection: object) -> None:
        tries.append(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(change)
    assert len(tries) == 1
