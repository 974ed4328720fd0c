"""The audit: what stands in it, and that it is added to and never changed."""

import json

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.deeds import Action
from smsreport_tui.rules.errors import NotFoundError, StoreError
from smsreport_tui.services.deeds import deeds
from smsreport_tui.services.erasure import forget
from smsreport_tui.services.strikes import clear
from storage.audit import record
from storage.glance import HEAD
from storage.store import Store, open_store
from tests.storage import engines
from tests.storage.postgres import server
from tests.storage.stores import address_of, put
from tests.storage.test_bounces import HARD, NUMBER, bounce, person

pytestmark = pytest.mark.portable


def add(store: Store, at: int, **details: str) -> None:
    with store.writing() as connection:
        record(connection, at, Action.EXPORTED, details)


def test_a_clearing_is_told_of_with_its_number_masked(store: Store, clock: FixedClock) -> None:
    put(store, "events", [bounce("A", HARD, profile="nobody", msisdn=NUMBER)])
    clear(store, NUMBER, "asked by Zaphod")
    (deed,) = deeds(store, None, None)
    assert (deed.at, deed.action, deed.details["strikes"]) == (clock.now(), "cleared", 1)
    assert NUMBER not in json.dumps(deed.details)
    assert "Zaphod" not in json.dumps(deed.details)


def test_an_erasure_names_nobody_and_what_was_done_already_is_not_told_again(store: Store) -> None:
    put(store, "profiles", [person("somebody")])
    for _ in range(2):
        forget(store, "somebody")
    (deed,) = deeds(store, None, None)
    assert deed.action == "erased"
    assert "somebody" not in json.dumps(deed.details)


def test_what_is_not_done_is_not_told(store: Store) -> None:
    with pytest.raises(NotFoundError):
        clear(store, NUMBER, "nothing to clear")
    with pytest.raises(NotFoundError):
        forget(store, "nobody")
    assert deeds(store, None, None) == []


def test_the_newest_comes_first_and_since_cuts_the_older_off(store: Store) -> None:
    for at in (1, 2, 3):
        add(store, at, what=str(at))
    assert [deed.details["what"] for deed in deeds(store, None, None)] == ["3", "2", "1"]
    assert [deed.at for deed in deeds(store, 2, None)] == [3, 2]
    assert [deed.at for deed in deeds(store, None, 1)] == [3]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET account = 'bo'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit VALUES (1, 1, 'bo', 'h', 'erased', '{}')",
    ],
)
def test_a_file_refuses_to_change_it(store: Store, statement: str) -> None:
    add(store, 1, what="tab")
    before = deeds(store, None, None)
    with pytest.raises(StoreError), store.writing() as connection:
        connection.exec_driver_sql(statement)
    assert deeds(store, None, None) == before


def test_a_store_on_a_server_is_brought_from_0007(store: Store, clock: FixedClock) -> None:
    if engines.chosen() != engines.POSTGRES:
        pytest.skip("files of that schema are fixtures: see test_migrations")
    place = address_of(store)
    schema = place.rpartition("schema=")[2]
    made = columns(schema)
    server().execute(f"DROP TABLE {schema}.audit; UPDATE {schema}.alembic_version SET version_num = '0007'")
    with open_store(place, clock, writable=True) as opened:
        add(opened, 1, what="tab")
        assert [deed.account for deed in deeds(opened, None, None)] == ["smsreport"]
    assert server().execute(f"SELECT version_num FROM {schema}.alembic_version") == [(HEAD,)]
    assert columns(schema) == made


def columns(schema: str) -> list[tuple[object, ...]]:
    """What the table and its indexes are made of."""
    table = (
        "SELECT column_name, data_type, is_nullable, column_default, collation_name "
        f"FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = 'audit' ORDER BY 1"
    )
    indexes = f"SELECT indexdef FROM pg_indexes WHERE schemaname = '{schema}' AND tablename = 'audit' ORDER BY 1"
    return [*server().execute(table), *server().execute(indexes)]
