"""Examines the installation, the store and its books, the gateway and the worker (cli.md, `doctor`)."""

import asyncio
import shutil
import stat
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path

from smsreport_tui.gateways.interface import Gateway, GatewayInfo
from smsreport_tui.rules.clock import HOUR, Clock
from smsreport_tui.rules.errors import GatewayError, SmsReportError
from smsreport_tui.rules.formatting import ago, count_of, thousands
from smsreport_tui.rules.reminder_words import can_be_found_out, open_line
from smsreport_tui.rules.retry_words import pause_line, queue_line
from smsreport_tui.services.click_sync import ClickSource
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.retry_desk import RetryDesk
from storage import sqlite_driver
from storage.books import book_errors, growth
from storage.engine import POSTGRES, store_path, store_url
from storage.glance import HEAD
from storage.near_misses import count_open_near_misses
from storage.reminders import all_open_reminders
from storage.store import Store, open_store

LIBRARIES = ("textual", "rich", "click", "httpx", "sqlalchemy", "sqlmodel", "alembic", "msgspec", "openpyxl", "keyring")
GATEWAY_SECONDS = 15.0
MEGABYTE = 1_000_000
LEAST_FREE = 100 * MEGABYTE
"""Bytes. With less the next sync may not fit, nor the copy that a migration makes."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: `ok` is False when something is wrong and None for what should be known."""

    name: str
    ok: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What is examined. `connect` is None without a gateway, or without its token, and `no_token` says why.

    `clicks` are the account's sources of clicks.
    """

    store: str
    outcomes: Path | None
    clock: Clock
    gateway: str | None = None
    connect: Callable[[], Gateway] | None = None
    no_token: str | None = None
    clicks: Sequence[ClickSource] = ()


def examine(subject: Subject) -> list[Check]:
    """Every check, in the order in which an operator would ask; opening the store may bring it up to date."""
    return [_python(), _sqlite(), _libraries(), *_store(subject), _gateway(subject), *_clicks(subject)]


def _python() -> Check:
    found = sys.version_info
    text = f"Python {found.major}.{found.minor}.{found.micro}"
    return Check("python", True, text) if found >= (3, 11) else Check("python", False, f"{text}: 3.11 is the oldest.")


def _sqlite() -> Check:
    warning = sqlite_driver.warning()
    return (
        Check("sqlite", True, f"SQLite {sqlite_driver.version()}")
        if warning is None
        else Check("sqlite", None, warning)
    )


def _libraries() -> Check:
    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check("libraries", False, f"Not installed: {', '.join(missing)}. Install smsreport-tui anew.")
    return Check("libraries", True, ", ".join(found))


def _store(subject: Subject) -> list[Check]:
    try:
        url = store_url(subject.store)
        if url.get_backend_name() == POSTGRES:
            return _on_server(subject)
        path = store_path(url)
        if not path.exists():
            return [Check("store", None, f"There is no store at {path} yet: `smsreport sync` makes it.")]
        permissions = _permissions(path)
        with open_store(subject.store, subject.clock, writable=False, outcomes=subject.outcomes) as store:
            return [
                Check("store", True, f"{path} can be read, schema {HEAD}"),
                permissions,
                *_content(store, path, subject),
                _disk(path),
            ]
    except SmsReportError as error:
        return [Check("store", False, str(error))]
    except OSError as error:
        return [Check("store", False, f"The store can not be reached ({error.strerror}): check its folder.")]


def _on_server(subject: Subject) -> list[Check]:
    """Files, their permissions and the disk are the server's own affair."""
    with open_store(subject.store, subject.clock, writable=False, outcomes=subject.outcomes) as store:
        size = store.size()
        return [Check("store", True, f"{store.place} can be read, schema {HEAD}"), *_books(store, size, subject.clock)]


def _permissions(path: Path) -> Check:
    """Looked at before the store is opened, which puts them right."""
    open_to_others = [str(item) for item in (path, path.parent) if stat.S_IMODE(item.stat().st_mode) & 0o077]
    if not open_to_others:
        return Check("permissions", True, "Store and folder are for you alone.")
    return Check("permissions", None, f"Others may look into {' and '.join(open_to_others)}: run chmod go= on it.")


def _content(store: Store, path: Path, subject: Subject) -> list[Check]:
    size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*") if file.name in _files(path))
    return [_whole(store), *_books(store, size, subject.clock)]


def _books(store: Store, size: int, clock: Clock) -> list[Check]:
    with store.reading() as connection:
        errors = book_errors(connection)
        events, profiles = growth(connection)
    return [
        Check("books", not errors, " ".join(errors) or "Sent is the sum of its buckets, and a recount agrees."),
        Check("growth", True, f"{count_of(events, 'event')}, {count_of(profiles, 'profile')}, {_megabytes(size)}"),
        *_mirror(store, clock),
    ]


def _whole(store: Store) -> Check:
    damage = store.damage()
    if damage is None:
        return Check("file", True, "The store's file is whole.")
    return Check(
        "file", False, f"The store's file is damaged ({damage}): restore a backup with `smsreport store restore`."
    )


def _files(path: Path) -> tuple[str, ...]:
    return (path.name, f"{path.name}-wal", f"{path.name}-shm")


def _mirror(store: Store, clock: Clock) -> list[Check]:
    state = Reports(store, clock).sync_state()
    if state.as_of is None:
        synced = Check("sync", None, "No sync has been complete yet: run `smsreport sync`.")
    else:
        old = clock.now() - state.as_of > HOUR
        synced = Check("sync", None if old else True, f"The last complete sync was {ago(clock.now(), state.as_of)}.")
    problem = [Check("problem", None, state.problem)] if state.problem else []
    words = "A worker holds the store." if state.worker_alive else "No worker runs: the app starts one."
    return [
        synced,
        *problem,
        Check("worker", True, words),
        *_retries(store, clock),
        _reminders(store, clock),
        _replies(store),
    ]


def _retries(store: Store, clock: Clock) -> list[Check]:
    """What stands in the way of retries, and where only one store may send."""
    desk = RetryDesk(store, clock)
    board = desk.board(0)
    found = [Check("retries", None if board.pauses or board.held else True, queue_line(board))]
    found += [Check("paused", None, pause_line(pause, clock.now())) for pause in board.pauses]
    words = "can neither find a message nor tell a repeated one: only one store may send by it."
    return [*found, *(Check("gateway", None, f"The gateway at {url} {words}") for url in desk.single_store_gateways())]


def _reminders(store: Store, clock: Clock) -> Check:
    """Those whose answer never came; it is a warning as long as an operator can find out."""
    with store.reading() as connection:
        asked = all_open_reminders(connection)
    now = clock.now()
    waits = any(can_be_found_out(one, now) for one in asked)
    return Check("reminders", None if waits else True, open_line(asked, now))


def _replies(store: Store) -> Check:
    """Those that may have been meant as an opt-out: until somebody decides, their people are still sent to."""
    with store.reading() as connection:
        waiting = count_open_near_misses(connection)
    if not waiting:
        return Check("replies", True, "No reply waits to be judged an opt-out or not.")
    text = f"{count_of(waiting, 'reply')} may be meant as an opt-out: `smsreport replies --near-misses` lists them."
    return Check("replies", None, text)


def _disk(path: Path) -> Check:
    free = shutil.disk_usage(path.parent).free
    text = f"{_megabytes(free)} free"
    if free < LEAST_FREE:
        return Check("disk", False, f"{text}: make room before the next sync.")
    # A migration keeps a copy of the whole store.
    if free < 2 * path.stat().st_size:
        return Check("disk", None, f"{text}, less than two copies of the store need: make room before an update.")
    return Check("disk", True, text)


def _megabytes(size: int) -> str:
    return f"{thousands(-(-size // MEGABYTE))} MB"


def _gateway(subject: Subject) -> Check:
    if subject.gateway is None:
        return Check(
            "gateway", None, "No gateway is configured: give its address with --gateway or in the configuration."
        )
    if subject.connect is None:
        return Check("gateway", False, subject.no_token or "There is no token for the gateway.")
    try:
        return Check("gateway", True, asyncio.run(ask_gateway(subject.connect)))
    except SmsReportError as error:
        return Check("gateway", False, str(error))


def _clicks(subject: Subject) -> list[Check]:
    found = []
    for source in subject.clicks:
        try:
            text = asyncio.run(ask_gateway(partial(source.connect, None)))
            found.append(Check("clicks", True, f"{source.name}: {text}"))
        except SmsReportError as error:
            found.append(Check("clicks", False, f"{source.name}: {error}"))
    return found


async def ask_gateway(connect: Callable[[], Gateway]) -> str:
    """Who the gateway is, as a sentence. Raises GatewayError when it does not answer or refuses the token."""
    return answer_sentence(*await ask_info(connect))


def answer_sentence(info: GatewayInfo, url: str) -> str:
    """What a gateway's answer says for people."""
    return f"{info.name} at {url} answers and takes the token; its codes are {info.vendor}'s."


async def ask_info(connect: Callable[[], Gateway]) -> tuple[GatewayInfo, str]:
    """Who the gateway is, and its address. Raises GatewayError when it does not answer or refuses the token."""
    gateway = connect()
    try:
        async with asyncio.timeout(GATEWAY_SECONDS):
            info = await gateway.info()
    except TimeoutError as error:
        raise GatewayError(
            f"The gateway at {gateway.url} has not answered for {GATEWAY_SECONDS:.0f} seconds: "
            "check the address and the network, or try again later."
        ) from error
    finally:
        await gateway.aclose()
    return info, gateway.url
