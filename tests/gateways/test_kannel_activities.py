"""The operator's file says what an activity is called and says; a newer file wins, and a wrong row spoils no other."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.kannel import KannelGateway
from smsreport_tui.rules.clock import HOUR, SECOND, FixedClock
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.feed import Activity
from smsreport_tui.services.reports import Reports
from storage.letterbox import CALLS, Letter, Letterbox
from storage.store import Store
from tests.storage.feeds import START
from tests.storage.stores import mirror, new_store

URL = "http://127.0.0.1:13013/cgi-bin/sendsms"
HEAD = "activity,name,sender,body,sent_at\n"
SPRING = 'spring,Spring,SHOP,"Rea, 30 %\nidag 👋",2026-03-02T09:00:00+01:00\n'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path, FixedClock(START + HOUR)) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "activities.csv"


def write(file: Path, text: str, *, at: int = START) -> None:
    file.write_text(text, "utf-8")
    os.utime(file, (at // SECOND, at // SECOND))


def collected(store: Store, file: Path) -> tuple[list[Activity], int]:
    """The activities that a sync then reads, and how many of its items were bad."""

    async def run() -> tuple[list[Activity], int]:
        gateway = KannelGateway(Account("kannel", URL, "p", {"user": "u", "activities": str(file)}), store, store.clock)
        try:
            await gateway.collect()
            page = await gateway.activities(None)
        finally:
            await gateway.aclose()
        kept = mirror(store)
        kept.store_page("activities", kept.cursor("activities"), page)
        return page.items, len(page.bad)

    return asyncio.run(run())


def test_name_sender_and_text_are_those_of_the_file(store: Store, file: Path) -> None:
    write(file, "\ufeff" + HEAD + SPRING)
    (activity,), bad = collected(store, file)
    assert bad == 0
    assert (activity.id, activity.name, activity.sender) == ("spring", "Spring", "SHOP")
    assert (activity.body, activity.sent_at) == ("Rea, 30 %\nidag 👋", START - HOUR)


def test_a_file_is_taken_up_once_and_a_newer_one_wins(store: Store, file: Path) -> None:
    write(file, HEAD + SPRING)
    collected(store, file)
    assert len(collected(store, file)[0]) == 1
    write(file, HEAD + SPRING.replace("Spring", "Spring sale"), at=START + SECOND)
    assert len(collected(store, file)[0]) == 2
    assert Reports(store, store.clock).report("spring").activity.name == "Spring sale"


def test_a_wrong_row_is_kept_aside_and_no_other_is_lost(store: Store, file: Path) -> None:
    write(file, HEAD + "no such/id,x,S,b,2026-03-02T09:00:00Z\n" + "late,x,S,b,soon\n" + "short\n" + SPRING)
    items, bad = collected(store, file)
    assert ([item.id for item in items], bad) == (["spring"], 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("activity,name\nA,B\n", "no column 'sender'"), ("", "no column 'activity'"), (None, "can not be read")],
)
def test_what_is_no_such_file_is_said_and_the_calls_stay(
    store: Store, file: Path, text: str | None, sentence: str
) -> None:
    if text is not None:
        write(file, text)
    Letterbox(store, URL).post([Letter(CALLS, b"{}")])
    with pytest.raises(ConfigError, match=sentence):
        collected(store, file)
    assert len(Letterbox(store, URL).read(CALLS, 0, 9)) == 1


def test_bytes_that_are_no_text_are_said(store: Store, file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00activity")
    with pytest.raises(ConfigError, match="UTF-8"):
        collected(store, file)
