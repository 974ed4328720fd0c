"""The screens as text, in every state, compared with what stands in goldens/; UPDATE_GOLDENS=1 writes them anew."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.rules.retry_figures import SendingConsent
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf, Happened, Happening, HasAttribute, InSegment, NoneOf, Op
from smsreport_tui.services.session import Session
from smsreport_tui.services.source import SyncState
from tests.screens.fake_source import NOW, PAUSED, RETRIES, FakeRetries, FakeSource, filled
from tests.screens.steps import SIZES, app_of, no_export, open_report, screen_text, session_of, shows, until

FOLDER = Path(__file__).parent / "goldens"
SMALLEST = (60, 16)


def _filled() -> Session:
    return session_of(filled())


def _without_gateway() -> Session:
    source = FakeSource(state=SyncState(None, None, False))
    return replace(
        session_of(source), gateway=None, connect_command=lambda _address: ["true"], can_become_demo=True
    )  # fmt: skip


def _empty() -> Session:
    return session_of(FakeSource())


def _broken() -> Session:
    return session_of(FakeSource(failure=StoreError("The store is damaged: `smsreport store restore FILE` helps.")))


def _offline() -> Session:
    source = filled()
    source.state = SyncState(NOW - 48 * HOUR, "The gateway does not answer: the next try is in a minute.", True, 3)
    return session_of(source)


@dataclass(frozen=True)
class State:
    """How a screen comes into a state: the session, the keys, and the words that then stand there."""

    keys: tuple[str, ...]
    sign: str
    session: Callable[[], Session] = _filled
    report: bool = True


def _retried() -> Session:
    source = filled()
    source.retries = FakeRetries(RETRIES, (PAUSED,), SendingConsent(True, None, 310, 3_410_000, 4))
    return session_of(source)


def _segmented() -> Session:
    source = filled()
    received = Happened(Happening.DELIVERED, activity="A1")
    for name, where in (
        ("Spring, no click", AllOf((received, Happened(Happening.CLICKED, activity="A1", did=False)))),
        ("Lund or Malmö", HasAttribute("city", Op.IN, ("Lund", "Malmö"))),
        ("Not reached", AllOf((InSegment("Lund or Malmö"), NoneOf((received,))))),
    ):
        source.segments.create(SegmentFile(name, where))
    source.segments.freeze("Lund or Malmö", "Skåne in March")
    return replace(session_of(source), push_command=no_export)


def _reminded() -> Session:
    return replace(_segmented(), remind_command=lambda _wish: [])


STATES = {
    "activities": State((), "Spring sale", report=False),
    "activities-found": State(("slash", *"night"), "Members", report=False),
    "activities-none": State((), "No activities", _empty, report=False),
    "activities-broken": State((), "damaged", _broken, report=False),
    "activities-offline": State((), "does not answer", _offline, report=False),
    "unconnected": State((), "onnect", _without_gateway, report=False),
    "connect": State(("c",), "Address", _without_gateway, report=False),
    "report": State((), "Anna Berg"),
    "explained": State(("shift+tab", "shift+tab", "l"), "= 93.9"),
    "links": State(("4", "j"), "L2"),
    "bounces": State(("5",), "rejected"),
    "unsubscribe": State(("6",), "Bj"),
    "curves": State(("c",), "0 h"),
    "found-none": State(("slash", *"nobody"), "Nobody found for “nobody”"),
    "settings": State(("o",), "Customers SE"),
    "export": State(("e",), "Export Delivered"),
    "help": State(("question_mark",), "─ Keys ─"),
    "palette": State(("ctrl+p",), "Search"),
    "retries": State(("R",), "4 of 4 shown", _retried, report=False),
    "retries-none": State(("R",), "No retry waits", report=False),
    "retries-drop": State(("R", "D"), "Drop this retry?", _retried, report=False),
    "retries-confirm": State(("R", "c"), "Send retries from this store?", _retried, report=False),
    "segments": State(("S",), "Not reached", _segmented, report=False),
    "segments-found": State(("S", "slash", *"no"), "2 of 4 segments found", _segmented, report=False),
    "reminder": State(("S", "M"), "+ include", _reminded, report=False),
    "segments-none": State(("S",), "No segments yet", report=False),
    "segments-compare": State(("S", "equals_sign", "enter"), "in both", _segmented, report=False),
    "segments-freeze": State(("S", "f"), "Freeze", _segmented, report=False),
    "segments-people": State(("S", "p"), "may be sent to", _segmented, report=False),
    "segments-export": State(("S", "e", "shift+tab", "l"), "may be sent", _segmented, report=False),
    "segments-push": State(("S", "greater_than_sign"), "Not pushed yet", _segmented, report=False),
    "forms": State(("s", "j"), "A segment of whom?", _segmented),
    "builder": State(("s", "j", "enter", "j"), "not saved", _segmented),
    "condition": State(("s", "enter", "a", "enter"), "Whether", _segmented),
    "attribute": State(("s", "enter", "a", "j", "enter", *"city", "tab", "tab", "l"), "Lomma", _segmented),
    "why": State(("enter", "w", "enter"), "Lund or Malm", _segmented),
    "why-used": State(("enter", "w", "j", "enter"), "Not reached", _segmented),
    "profile": State(("enter",), "SMS consent"),
    "response": State(("enter", "2"), "Winter"),
    "timeline": State(("enter", "4"), "event E0"),
}


async def _quiet(pilot: Pilot[None]) -> str:
    """The screen once nothing moves on it any more."""
    before = ""
    for _ in range(200):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.05)
        after = screen_text(pilot)
        if after == before:
            return after
        before = after
    raise AssertionError(f"never came to rest:\n{before}")


async def _walk(size: tuple[int, int], state: State) -> str:
    async with app_of(state.session()).run_test(size=size) as pilot:
        if state.session in (_filled, _retried, _segmented, _reminded):
            await shows(pilot, "Spring sale · SE")
        if state.report:
            await open_report(pilot)
        for key in state.keys:
            await pilot.press(key)
            await _quiet(pilot)
        await until(pilot, state.sign, lambda: state.sign in screen_text(pilot))
        return await _quiet(pilot) + "\n"


@pytest.mark.parametrize("size", [SMALLEST, *SIZES], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", STATES)
async def test_screen_is_painted_as_kept(name: str, size: tuple[int, int]) -> None:
    painted = await _walk(size, STATES[name])
    golden = FOLDER / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        FOLDER.mkdir(exist_ok=True)
        golden.write_text(painted, encoding="utf-8")
    assert painted == golden.read_text(encoding="utf-8")


def test_no_kept_screen_is_left_over() -> None:
    sizes = (SMALLEST, *SIZES)
    wanted = {f"{name}-{width}x{height}.txt" for name in STATES for width, height in sizes}
    assert {path.name for path in FOLDER.iterdir()} == wanted
