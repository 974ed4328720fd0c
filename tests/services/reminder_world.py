"""Reminders of a store beside a simulated gateway, whose answers a test may write."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.rules.errors import ReminderError
from smsreport_tui.rules.reminders import Checklist, Draft, ReminderState, read_draft
from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.rules.segment_tree import AnyOf, HasTag
from smsreport_tui.services.reminders import Reminders, new_key
from smsreport_tui.simulator.problems import problem
from storage.reminders import reminder_by_key
from tests.services.push_world import Cut, CutOffError, Place, no_wait

DRAFT = read_draft("Again", "SHOP", "Hi! https://s.example/1", ["News", "Vip"], ["Trial"])
KNOWN = {"News": HasTag("newsletter"), "Vip": HasTag("vip"), "Trial": HasTag("trial")}


def keep_segments(here: Place) -> None:
    """The segments that the draft names."""
    for name, where in KNOWN.items():
        here.keep(name, where)


def check(here: Place, draft: Draft = DRAFT, cut: Cut | None = None, **how: Any) -> Checklist:
    """The check list."""
    return here.ask(
        lambda gateway: Reminders(here.store, gateway, here.clock, sleep=no_wait, **how).check(draft), cut, tries=3
    )


def send(here: Place, draft: Draft = DRAFT, key: str | None = None, cut: Cut | None = None, **how: Any) -> str:
    """Without a look at the check list."""
    return here.ask(
        lambda gateway: Reminders(here.store, gateway, here.clock, sleep=no_wait, **how).send(draft, key or new_key()),
        cut,
    )


def remind(here: Place, draft: Draft = DRAFT, cut: Cut | None = None, key: str | None = None) -> str:
    """What the command does."""

    async def work(gateway: FeedGateway) -> str:
        reminders = Reminders(here.store, gateway, here.clock, sleep=no_wait)
        checklist = await reminders.check(draft)
        if checklist.forbids:
            raise ReminderError(" ".join(checklist.forbids))
        return await reminders.send(draft, key or new_key())

    return here.ask(work, cut)


def created(here: Place) -> list[str]:
    """The activities that the gateway has made, by its own record."""
    return [one.activity for one in here.simulator.world.created]


def meant(here: Place) -> frozenset[str]:
    """Whom the draft goes to."""
    included = here.meant(AnyOf((KNOWN["News"], KNOWN["Vip"])), Purpose.INCLUDE)
    return included - here.meant(KNOWN["Trial"], Purpose.EXCLUDE)


class Last(Cut):
    """Ends the program when a request of that path has been answered."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    async def after(self, answer: httpx.Response) -> None:
        if answer.request.url.path.endswith(self.path):
            raise CutOffError


Script = Callable[[Scope, Receive, Send, ASGIApp], Awaitable[None]]


def say(here: Place, monkeypatch: pytest.MonkeyPatch, path: str, script: Script) -> None:
    """The gateway says to requests of that path what a script says."""
    app = here.simulator.faults._app

    async def scripted(scope: Scope, receive: Receive, send: Send) -> None:
        if (scope["method"], scope["path"]) == tuple(path.split()):
            await script(scope, receive, send, app)
        else:
            await app(scope, receive, send)

    monkeypatch.setattr(here.simulator.faults, "_app", scripted)


def answers(here: Place, monkeypatch: pytest.MonkeyPatch, *answers: int | str) -> list[str]:
    """What the gateway says to one request for an activity after the other, `lost` after doing it; the keys it saw."""
    keys: list[str] = []
    left = list(answers)

    async def nowhere(_: Message) -> None:
        return

    async def script(scope: Scope, receive: Receive, send: Send, app: ASGIApp) -> None:
        keys.append(dict(scope["headers"])[b"idempotency-key"].decode())
        said = left.pop(0) if left else None
        if said == "lost":
            await app(scope, receive, nowhere)
            said = 503
        if isinstance(said, int):
            await problem(said, "so it is", Retry_After="1")(scope, receive, send)
        else:
            await app(scope, receive, send)

    say(here, monkeypatch, "POST /v1/activities", script)
    return keys


def has_credits(here: Place, monkeypatch: pytest.MonkeyPatch, credits_left: str | None) -> None:
    """The gateway's balance; None where it does not tell it."""

    async def script(scope: Scope, receive: Receive, send: Send, _: ASGIApp) -> None:
        told = problem(500, "no") if credits_left is None else JSONResponse({"credits": credits_left})
        await told(scope, receive, send)

    say(here, monkeypatch, "GET /v1/balance", script)


def state_of(here: Place, key: str) -> tuple[ReminderState | None, str | None]:
    with here.store.reading() as connection:
        found = reminder_by_key(connection, key)
    return (found.state, found.activity_id) if found else (None, None)


def lose_one(here: Place, monkeypatch: pytest.MonkeyPatch, draft: Draft = DRAFT) -> None:
    """A reminder whose answer never comes."""
    with monkeypatch.context() as patched:
        answers(here, patched, *["lost"] * 100)
        with pytest.raises(ReminderError, match="is not known"):
            send(here, draft)
