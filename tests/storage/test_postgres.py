"""A store on PostgreSQL: what is said of troubles, restarts, commits in doubt, and texts as SQLite has them."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock, HastyClock, SystemClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.services.erasure import forget
from smsreport_tui.services.reports import Reports
from storage.engine import store_url
from storage.leases import end_lease, is_leased, take_lease
from storage.revision import KNOWN
from storage.settings import read_setting, write_setting
from storage.store import Store, open_store
from tests.storage import engines
from tests.storage.postgres import Server
from tests.storage.postgres import server as session_server
from tests.storage.stores import address_of, new_store, put, wrong_books
from tests.storage.test_bounces import HARD, bounce


@pytest.fixture(autouse=True)
def engine() -> Iterator[str]:
    """These are on PostgreSQL whatever the others are on."""
    session_server()
    engines.choose(engines.POSTGRES)
    yield engines.POSTGRES
    engines.clear()
    engines.choose(engines.SQLITE)


@pytest.fixture
def server(engine: str) -> Server:
    return session_server()


def person(one: str, **more: Any) -> dict[str, Any]:
    return {"id": one, "updated_at": "2026-03-02T09:00:00Z", "msisdn": "+46700000001", **more}


def schema(store: Store) -> str:
    return str(store._url.query["schema"])


def test_there_is_no_store_until_somebody_writes_one(server: Server, clock: FixedClock) -> None:
    with pytest.raises(StoreError, match=r"no store at .*schema=nothing yet: run `smsreport sync`"):
        open_store(server.address("nothing"), clock, writable=False)
    assert server.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'nothing'") == []


def test_a_schema_of_somebody_else_is_refused_and_kept(server: Server, clock: FixedClock) -> None:
    server.execute("CREATE SCHEMA songs; CREATE TABLE songs.song (title text)")
    with pytest.raises(StoreError, match="songs has tables, but is no SMS Report store"):
        open_store(server.address("songs"), clock, writable=True)
    assert server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'songs'") == [("song",)]
    server.execute("DROP SCHEMA songs CASCADE")


def test_two_schemas_of_one_database_are_two_stores(tmp_path: Path, clock: FixedClock) -> None:
    with new_store(tmp_path, clock) as one, new_store(tmp_path, clock, "other.db") as other:
        put(one, "profiles", [person("p1")])
        before = one.version()
        put(other, "profiles", [person("p2", name="Other")])
        assert Reports(other, clock).profile("p2").name == "Other"
        assert one.version() == before


def test_a_commit_wakes_whoever_waits_for_one_and_no_other_store_does(tmp_path: Path, clock: FixedClock) -> None:
    """The wait is far longer than the test may take: who is not woken fails it."""
    ended = threading.Event()

    def wait(store: Store) -> None:
        store.await_change(600, threading.Event())
        ended.set()

    with (
        new_store(tmp_path, clock) as one,
        new_store(tmp_path, clock, "other.db") as other,
        open_store(address_of(one), clock, writable=False) as screen,
    ):
        screen.version()
        waiting = threading.Thread(target=wait, args=(screen,), daemon=True)
        waiting.start()
        put(other, "profiles", [person("p2")])
        with one.writing() as connection:
            read_setting(connection, "name")
        assert not ended.is_set()
        put(one, "profiles", [person("p1")])
        assert ended.wait(60)
        waiting.join()


class MachineClock(SystemClock):
    """That of a machine which is so far ahead of the server, or behind it."""

    def __init__(self, ahead: int) -> None:
        self.ahead = ahead

    def now(self) -> int:
        return super().now() + self.ahead


@pytest.mark.parametrize("ahead", [-10 * MINUTE, 10 * MINUTE])
def test_machines_whose_clocks_differ_agree_on_who_holds_a_lease(tmp_path: Path, ahead: int) -> None:
    here, elsewhere = SystemClock(), MachineClock(ahead)
    with new_store(tmp_path, here) as one, open_store(address_of(one), elsewhere, writable=True) as other:
        assert take_lease(one, "worker", "here", MINUTE)
        assert not take_lease(other, "worker", "elsewhere", MINUTE)
        end_lease(one, "worker", "here")
        assert take_lease(other, "worker", "elsewhere", MINUTE)
        assert not take_lease(one, "worker", "here", MINUTE)
        elsewhere.ahead = -ahead
        assert not take_lease(one, "worker", "here", MINUTE)
        assert take_lease(other, "worker", "elsewhere", MINUTE)
        with one.reading() as connection:
            assert is_leased(connection, "worker", one.clock.now())
        assert abs(other.clock.now() - SystemClock().now()) < MINUTE


def test_a_hasty_clock_runs_on_by_the_server(tmp_path: Path) -> None:
    began = SystemClock().now()
    hasty = HastyClock(began, began - 20 * HOUR, 2, MachineClock(-30 * MINUTE))
    with new_store(tmp_path, hasty) as store:
        assert 0 <= store.clock.now() - (began - 20 * HOUR) < HOUR


def test_who_waits_for_news_stops_when_told_to(tmp_path: Path, clock: FixedClock) -> None:
    stop = threading.Event()
    with new_store(tmp_path, clock) as store:
        waiting = threading.Thread(target=store.await_change, args=(600, stop), daemon=True)
        waiting.start()
        stop.set()
        waiting.join(60)
        assert not waiting.is_alive()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"database": "nowhere"}, "no such database or role"),
        ({"username": "stranger"}, "no such database or role"),
        ({"query": {"host": "/tmp/no-such-folder", "schema": "a"}}, "No server answers"),
        ({"host": "127.0.0.1", "port": 1, "password": "s3cret", "query": {"schema": "a"}}, "No server answers"),
    ],
)
def test_what_hinders_a_connection_is_said_without_the_password(
    server: Server, clock: FixedClock, change: dict[str, Any], sentence: str
) -> None:
    address = store_url(server.address("a")).set(**change).render_as_string(hide_password=False)
    with pytest.raises(StoreError, match=sentence) as told:
        open_store(address, clock, writable=True)
    assert "s3cret" not in str(told.value)
    assert "Traceback" not in str(told.value)


@pytest.mark.parametrize("schema", ["a b", 'a"; DROP TABLE x; --', "x" * 64])
def test_a_schema_is_a_plain_name(server: Server, clock: FixedClock, schema: str) -> None:
    url = store_url(server.address("a")).update_query_dict({"schema": schema})
    with pytest.raises(StoreError, match="no name of letters"):
        open_store(url.render_as_string(), clock, writable=True)


def test_a_role_that_may_only_read_reads_and_is_told(store: Store, server: Server, clock: FixedClock) -> None:
    put(store, "profiles", [person("p1", name="Anna")])
    server.execute("DROP ROLE IF EXISTS looker; CREATE ROLE looker LOGIN")
    server.execute(f"GRANT USAGE ON SCHEMA {schema(store)} TO looker")
    server.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema(store)} TO looker")
    address = store_url(address_of(store)).set(username="looker").render_as_string()
    with open_store(address, clock, writable=False) as reader:
        assert Reports(reader, clock).profile("p1").name == "Anna"
    with (
        open_store(address, clock, writable=True) as writer,
        pytest.raises(StoreError, match="does not let this role do that"),
    ):
        put(writer, "profiles", [person("p2")])
    server.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema(store)} FROM looker")
    server.execute(f"REVOKE ALL ON SCHEMA {schema(store)} FROM looker; DROP ROLE looker")


def test_an_older_store_is_brought_to_the_newest_revision_at_once_or_not_at_all(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def to_next(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE setting ADD COLUMN note TEXT")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'next'")

    def to_nowhere(connection: Connection) -> None:
        to_next(connection)
        connection.exec_driver_sql("SELECT 1 / 0")

    address = address_of(store)
    for module in ("revision", "postgres", "postgres_schema", "store"):
        monkeypatch.setattr(f"storage.{module}.HEAD", "next")
    monkeypatch.setattr("storage.postgres.KNOWN", (*KNOWN, "next"))
    monkeypatch.setattr("storage.migrations.run.upgrade_in", to_nowhere)
    with pytest.raises(StoreError, match="division by zero"):
        open_store(address, clock, writable=True)
    monkeypatch.setattr("storage.migrations.run.upgrade_in", to_next)
    with open_store(address, clock, writable=True) as newer:
        put(newer, "profiles", [person("p1", name="Anna")])
    with open_store(address, clock, writable=False) as again, again.reading() as connection:
        assert connection.exec_driver_sql("SELECT note FROM setting").first() == (None,)


@pytest.fixture(params=[True, False], ids=["advisory lock", "row lock"])
def own_locks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with locks and news of its own, and one that has neither."""
    if not request.param:
        monkeypatch.setattr("storage.postgres._is_postgres", lambda _: False)


@pytest.mark.usefixtures("own_locks")
def test_writers_take_turns(tmp_path: Path, clock: FixedClock) -> None:
    def count(opened: Store) -> None:
        for _ in range(25):
            with opened.writing() as connection:
                write_setting(connection, "count", str(int(read_setting(connection, "count") or 0) + 1))

    with new_store(tmp_path, clock) as store, open_store(address_of(store), clock, writable=True) as other:
        before = store.version()
        threads = [threading.Thread(target=count, args=(one,)) for one in (store, other, store)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.reading() as connection:
            assert read_setting(connection, "count") == "75"
        assert store.version() - before == 75


@pytest.mark.usefixtures("own_locks")
def test_who_waits_too_long_for_his_turn_is_told(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgres._BUSY_MILLISECONDS", 50)
    with (
        new_store(tmp_path, clock) as store,
        open_store(address_of(store), clock, writable=True) as other,
        store.writing() as connection,
    ):
        read_setting(connection, "nothing")
        with pytest.raises(StoreError, match="is busy"), other.writing():
            pass


def test_a_commit_in_doubt_is_said_to_be_so_where_no_server_tells(
    store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(connection: Any) -> None:
        bare = connection.connection.driver_connection
        server.execute(f"SELECT pg_terminate_backend({bare.info.backend_pid})")
        bare.close()

    monkeypatch.setattr("storage.postgres._is_postgres", lambda _: False)
    event.listen(store.writer, "commit", broken, once=True)
    with pytest.raises(StoreError, match="does not tell whether it was"), store.writing() as connection:
        write_setting(connection, "name", "value")


def test_the_version_is_news_of_writes_alone(store: Store) -> None:
    before = store.version()
    with store.writing() as connection:
        read_setting(connection, "nothing")
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        write_setting(connection, "name", str(1 / 0))
    assert store.version() == before
    with store.writing() as connection:
        write_setting(connection, "name", "value")
        assert store.version() == before
    assert store.version() > before


def test_a_store_goes_on_when_its_server_is_back(store: Store, server: Server, clock: FixedClock) -> None:
    put(store, "profiles", [person("p1", name="Anna")])
    reports = Reports(store, clock)
    reports.version()
    assert reports.profile("p1").name == "Anna"
    server.stop()
    for ask in (reports.version, lambda: reports.profile("p1"), lambda: put(store, "profiles", [person("p2")])):
        with pytest.raises(StoreError, match="server"):
            ask()
    server.start()
    assert reports.profile("p1").name == "Anna"
    version = reports.version()
    put(store, "profiles", [person("p2", name="Bo")])
    assert reports.profile("p2").name == "Bo"
    assert reports.version() != version
    assert wrong_books(store) == []


@pytest.mark.parametrize("kept", [True, False])
def test_a_commit_whose_answer_is_lost_is_asked_about(store: Store, server: Server, kept: bool) -> None:
    """The connection breaks after the server has committed, or before it was asked to."""
    ends = "SELECT pg_terminate_backend(%s)"

    def broken(connection: Any) -> None:
        bare = connection.connection.driver_connection
        if kept:
            bare.execute("COMMIT")
        server.execute(ends % bare.info.backend_pid)
        bare.close()

    with store.writing() as connection:
        write_setting(connection, "before", "1")
    engine: Engine = store.writer
    event.listen(engine, "commit", broken, once=True)

    def write() -> None:
        with store.writing() as connection:
            write_setting(connection, "name", "value")

    if kept:
        write()
    else:
        with pytest.raises(StoreError, match="broke"):
            write()
    with store.reading() as connection:
        assert read_setting(connection, "name") == ("value" if kept else None)


def test_texts_are_in_the_order_of_their_bytes(store: Store, clock: FixedClock, server: Server) -> None:
    names = ["B", "a", "z", "Z", "-", "_", "9"]
    put(store, "events", [bounce("A", HARD, profile=name) for name in names])
    assert [row.key for row in Reports(store, clock).tab("A", Tab.BOUNCES).rows] == sorted(names)
    # The server itself has another order.
    assert server.execute("SELECT 'a' < 'B'") == [(True,)]


def test_a_character_that_the_server_can_not_hold_is_looked_for_and_not_found(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person("p1", name="Anna")])
    put(store, "events", [bounce("A", HARD)])
    assert Reports(store, clock).tab("A", Tab.BOUNCES, find="An\0na").rows == ()


def test_an_erased_person_is_in_no_table(store: Store, server: Server) -> None:
    put(store, "profiles", [person("p1", name="Secret Anna", email="secret@example.org")])
    put(store, "events", [{**bounce("A", HARD, msisdn="+46700000001"), "kind": "replied", "text": "secret words"}])
    forget(store, "p1")
    tables = [
        name for (name,) in server.execute(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema(store)}'")
    ]
    rows = [str(row) for name in tables for row in server.execute(f"SELECT t::text FROM {schema(store)}.{name} t")]
    assert rows
    assert [row for row in rows if "ecret" in row or "46700000001" in row] == []
