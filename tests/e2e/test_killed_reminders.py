"""Programs that are killed amid a push or a reminder, and the same begun again: one segment, one SMS."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.rules.segment_tree import HasTag, NoneOf
from tests.services.push_world import START, Cut, Place, fill, place
from tests.services.reminder_world import DRAFT, check, created, keep_segments, remind

PROGRAM = """
import asyncio, os, signal, sys
from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.reminders import read_draft
from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.services import segment_push
from smsreport_tui.services.reminders import Reminders, new_key
from storage.store import open_store

path, url, start, what, name, at, answered = sys.argv[1:]
segment_push.MOST_MEMBERS = 100
left = int(at)

def die():
    os.kill(os.getpid(), signal.SIGKILL)

async def before(request):
    global left
    left -= 1
    if not left and answered == "no":
        die()

async def after(answer):
    if not left and answered == "yes":
        die()

async def run():
    clock = FixedClock(int(start))
    gateway = FeedGateway(url, "secret", clock=clock)
    gateway._client.event_hooks = {"request": [before], "response": [after]}
    with open_store(path, clock, writable=True) as store:
        if what == "push":
            await segment_push.SegmentPusher(store, gateway, clock).push(name, Purpose.INCLUDE)
        else:
            draft = read_draft(name, "SHOP", "Hi! https://s.example/1", ["News", "Vip"], ["Trial"])
            reminders = Reminders(store, gateway, clock)
            await reminders.check(draft)
            await reminders.send(draft, new_key())

asyncio.run(run())
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("filled"))


def killed(here: Place, what: str, name: str, at: int, answered: bool) -> None:
    arguments = [str(here.store.path), here.simulator.url, str(START), what, name, str(at), "yes" if answered else "no"]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("answered", [False, True])
def test_a_push_killed_at_any_request_and_begun_again_ends_the_same(
    filled: Path, tmp_path: Path, answered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsreport_tui.services.segment_push.MOST_MEMBERS", 100)
    with place(filled, tmp_path) as here:
        here.keep("Some", NoneOf((HasTag("newsletter"),)))
        whole = Cut()
        here.push("Some", cut=whole)
        for at in range(1, len(whole.requests) + 1):
            here.keep("Some", NoneOf((HasTag("newsletter"),)))
            killed(here, "push", "Some", at, answered)
            here.keep("Some", NoneOf((HasTag("vip"),)))
            assert here.members(here.push("Some")) == here.meant(NoneOf((HasTag("vip"),)), Purpose.INCLUDE)


@pytest.mark.slow
@pytest.mark.parametrize("answered", [False, True])
def test_a_reminder_killed_at_any_request_and_begun_again_is_sent_once(
    filled: Path, tmp_path: Path, answered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsreport_tui.services.segment_push.MOST_MEMBERS", 100)
    with place(filled, tmp_path) as here:
        keep_segments(here)
        whole = Cut()
        remind(here, cut=whole)
        for at in range(1, len(whole.requests) + 1):
            before = len(created(here))
            draft = replace(DRAFT, name=f"Killed at {at}")
            killed(here, "remind", draft.name, at, answered)
            assert len(created(here)) - before == (answered and at == len(whole.requests))
            activity = remind(here, draft)
            assert created(here)[before:] == [activity]
            assert any(activity in forbidden for forbidden in check(here, draft).forbids)
