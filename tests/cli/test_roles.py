"""The four roles of a store on PostgreSQL, each by a login of its own: what they may do, and what they are told."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.rules.clock import SystemClock
from smsreport_tui.services.reports import WORKER_LEASE
from smsreport_tui.services.sync import sync
from smsreport_tui.simulator.run import running
from smsreport_tui.simulator.world import WorldConfig
from storage.leases import take_lease
from storage.postgres_roles import roles_sql
from storage.receiver_secret import receiver_secret
from storage.store import Store, open_store
from tests.cli.conftest import Ask
from tests.storage.postgres import server

CLOCK = SystemClock()
ROLES = ("owner", "worker", "operator", "reader")
Login = Callable[[str], str]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A filled store whose receiver has a secret, its roles made as `admin roles` prints them, twice."""
    place = server().address("team")
    with running(WorldConfig(profiles=120, activities=2)) as gateway, open_store(place, CLOCK, writable=True) as store:
        asyncio.run(_sync(store, gateway.url))
        receiver_secret(store)
    for _ in range(2):
        server().execute(roles_sql("team"))
    for role in ROLES:
        server().execute(f"CREATE ROLE anna_{role} LOGIN IN ROLE team_{role}")
    yield place
    for role in ROLES:
        server().execute(f"DROP OWNED BY anna_{role}, team_{role} CASCADE; DROP ROLE anna_{role}, team_{role}")


async def _sync(store: Store, url: str) -> None:
    gateway = FeedGateway(url, "any", clock=CLOCK)
    await sync(store, gateway, CLOCK)
    await gateway.aclose()


@pytest.fixture(autouse=True)
def token(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSREPORT_TOKEN", "any")


@pytest.fixture
def login(address: str) -> Login:
    """The store's address for the member of a role."""
    return lambda role: make_url(address).set(username=f"anna_{role}").render_as_string(hide_password=False)


def activity(ask: Ask, place: str) -> str:
    return str(ask("--store", place, "activities", "--json").document[0]["id"])


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads(ask: Ask, address: str, login: Login, role: str) -> None:
    one = activity(ask, address)
    for words in (("report", one, "--json"), ("list", one, "bounces", "--json"), ("strikes", "--json")):
        assert ask("--store", login(role), *words).document == ask("--store", address, *words).document
    with open_store(login(role), CLOCK, writable=False) as store:
        assert store.version() > 0


@pytest.mark.parametrize("role", ["owner", "worker", "operator"])
def test_an_export_stands_in_the_audit_under_the_login(
    ask: Ask, address: str, login: Login, role: str, tmp_path: Path
) -> None:
    one, file = activity(ask, address), tmp_path / "file.csv"
    told = ask("--store", login(role), "export", one, "sent", str(file))
    assert told.code == 0, told
    newest = ask("--store", login("reader"), "audit", "--json").document[0]
    assert (newest["account"], newest["action"]) == (f"anna_{role}", "exported")
    assert newest["details"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_who_may_not_write_the_audit_gets_no_file(ask: Ask, address: str, login: Login, tmp_path: Path) -> None:
    """What it reads it sees, and nothing leaves the program of which the audit does not tell."""
    told = ask("--store", login("reader"), "export", activity(ask, address), "sent", str(tmp_path / "file.csv"))
    assert (told.code, told.out) == (1, "")
    assert "does not let this role do that" in told.err
    assert list(tmp_path.glob("*file*")) == [] == list(tmp_path.glob(".*"))


@pytest.mark.parametrize("role", ["worker", "operator", "reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {}.audit SET details = '{{}}'",
        "DELETE FROM {}.audit",
        "TRUNCATE {}.audit",
        "ALTER TABLE {}.audit DISABLE TRIGGER ALL",
        "INSERT INTO {}.audit (at, account, host, action, details) VALUES (1, 'bo', 'h', 'erased', '{{}}')",
        "INSERT INTO {}.audit (audit_id, at, host, action, details) VALUES (1, 1, 'h', 'erased', '{{}}')",
        "SELECT setval('{}.audit_audit_id_seq', 1)",
    ],
)
def test_the_audit_is_added_to_under_ones_own_name_and_never_changed(address: str, role: str, statement: str) -> None:
    refuses(address, role, statement)


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("worker", True), ("operator", True), ("reader", False)])
def test_who_reads_alone_keeps_no_segment(ask: Ask, login: Login, role: str, *, may: bool) -> None:
    place = login(role)
    answer = ask("--store", place, "segment", "create", "Reached", "--from", activity(ask, place), "delivered")
    if may:
        assert answer.code == 0, answer
        assert ask("--store", place, "segment", "freeze", "Reached").code == 0
        assert ask("--store", place, "segment", "delete", "Reached").code == 0
    else:
        assert (answer.code, answer.out) == (1, "")
        assert "does not let this role do that" in answer.err


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("worker", True), ("operator", False), ("reader", False)])
def test_the_worker_and_the_owner_take_what_comes(ask: Ask, login: Login, role: str, *, may: bool) -> None:
    with running(WorldConfig(profiles=30, activities=1, seed=9)) as simulator:
        answer = ask("--store", login(role), "--gateway", simulator.url, "sync")
    assert answer.code == (0 if may else 1), answer
    assert may or "does not let this role do that" in answer.err


def test_the_worker_works(login: Login) -> None:
    with open_store(login("worker"), CLOCK, writable=True) as store:
        assert take_lease(store, WORKER_LEASE, "anna", 1)


@pytest.mark.parametrize("role", ["worker", "operator", "reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE {}.event ADD COLUMN more int",
        "CREATE TABLE {}.more (one int)",
        "DROP TABLE {}.event",
        "UPDATE {}.alembic_version SET version_num = '9999'",
        "SET ROLE team_owner",
        "TRUNCATE {}.event",
    ],
)
def test_nobody_but_the_owner_changes_the_schema(address: str, role: str, statement: str) -> None:
    refuses(address, role, statement)


@pytest.mark.parametrize("role", ["operator", "reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {}.event",
        "UPDATE {}.profile SET msisdn = NULL",
        "INSERT INTO {}.clearing VALUES (1, 1, 1, 'mine')",
        "UPDATE {}.setting SET value = 'mine'",
        "SET default_transaction_read_only = off; UPDATE {}.number SET strikes = 0",
    ],
)
def test_a_client_can_not_switch_a_refusal_off(address: str, role: str, statement: str) -> None:
    refuses(address, role, statement)


def test_the_owner_alone_migrates_and_the_roles_are_given_anew(
    ask: Ask, address: str, login: Login, tmp_path: Path
) -> None:
    server().execute("DROP TABLE team.audit; UPDATE team.alembic_version SET version_num = '0007'")
    for role in ("operator", "reader", "worker"):
        told = ask("--store", login(role), "activities")
        assert (told.code, told.out) == (1, "")
        assert "does not let this role do that" in told.err
    assert ask("--store", login("owner"), "activities").code == 0
    server().execute(roles_sql("team"))
    one = activity(ask, login("operator"))
    assert ask("--store", login("operator"), "export", one, "sent", str(tmp_path / "file.csv")).code == 0


@pytest.mark.parametrize(("role", "sees"), [("owner", 1), ("worker", 1), ("operator", 0), ("reader", 0)])
def test_the_receivers_secret_is_the_workers(address: str, role: str, sees: int) -> None:
    schema = make_url(address).query["schema"]
    with connected(address, role) as connection:
        rows = connection.execute(f"SELECT 1 FROM {schema}.setting WHERE name = 'receiver_secret'".encode()).fetchall()
    assert len(rows) == sees


def refuses(address: str, role: str, statement: str) -> None:
    schema = make_url(address).query["schema"]
    with connected(address, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.format(schema).encode())


def connected(address: str, role: str) -> "psycopg.Connection[tuple[object, ...]]":
    host = str(make_url(address).query["host"])
    return psycopg.connect(host=host, user=f"anna_{role}", dbname="postgres", autocommit=True)


def test_a_file_has_no_roles(ask: Ask, tmp_path: Path) -> None:
    answer = ask("--store", str(tmp_path / "store.db"), "admin", "roles")
    assert (answer.code, answer.out) == (1, "")
    assert "has no roles" in answer.err


def test_names_that_are_too_long_are_refused(ask: Ask) -> None:
    answer = ask("--store", "postgresql://host/db?schema=acme", "admin", "roles", "--prefix", "x" * 60)
    assert (answer.code, answer.out) == (1, "")
    assert "shorter --prefix" in answer.err


def test_strange_names_are_quoted(ask: Ask) -> None:
    script = ask("--store", "postgresql://host/db?schema=acme", "admin", "roles", "--prefix", 'o"ps; x').out
    assert 'CREATE ROLE "o""ps; x_reader" NOLOGIN' in script
