"""Connecting a gateway from the empty app: both are tested, a failure leaves the form, success starts the sync."""

import sys
from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Input

from screens.activities import ActivitiesScreen
from screens.connect import ConnectScreen
from smsreport_tui.services.session import Session
from smsreport_tui.services.source import SyncState
from smsreport_tui.ways import DEMO_WANTED
from tests.screens.fake_source import FakeSource, filled
from tests.screens.steps import app_of, screen_text, session_of, shows, until

TAKES = """
import sys
token = sys.stdin.readline().strip()
if token != "s3cr3t":
    print("The gateway does not take the token: ask for a new one.", file=sys.stderr)
    sys.exit(1)
print(f"Stand-in at {sys.argv[1]} answers.")
"""


def unconnected(asked: list[str]) -> Session:
    """A session without a gateway; what was asked for is written down."""

    def command(address: str) -> list[str]:
        asked.append(address)
        return [sys.executable, "-c", TAKES, address]

    empty = FakeSource(state=SyncState(None, None, True))
    connected = session_of(filled())
    return replace(
        session_of(empty),
        gateway=None,
        connect_command=command,
        can_become_demo=True,
        renew=lambda: replace(connected, gateway=asked[-1]),
    )


async def opened(pilot: Pilot[None]) -> None:
    await shows(pilot, "Connect one")
    await pilot.press("c")
    await shows(pilot, "Connect a gateway")


async def test_a_right_address_and_token_bring_the_gateway() -> None:
    asked: list[str] = []
    async with app_of(unconnected(asked)).run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press(*"https://sms.example", "enter", *"s3cr3t")
        assert "s3cr3t" not in screen_text(pilot)
        await pilot.press("enter")
        await until(pilot, "the activities", lambda: isinstance(pilot.app.screen, ActivitiesScreen))
        await shows(pilot, "Stand-in at")
        assert asked == ["https://sms.example"]
        assert "No gateway is set up" not in screen_text(pilot)


async def test_a_token_typed_at_once_after_tab_never_stands_in_the_address() -> None:
    async with app_of(unconnected([])).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        for key in ("a", "tab", "b"):
            pilot.app.simulate_key(key)
        fields = [pilot.app.screen.query_one(f"#{name}", Input) for name in ("address", "token")]
        await until(pilot, "both fields", lambda: [field.value for field in fields] == ["a", "b"])


async def test_a_wrong_token_leaves_the_form_with_the_reason() -> None:
    asked: list[str] = []
    async with app_of(unconnected(asked)).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press(*"https://sms.example", "enter", *"wrong", "enter")
        await shows(pilot, "does not take the token")
        assert pilot.app.screen.query_one("#address", Input).value == "https://sms.example"
        await pilot.press("escape")
        await shows(pilot, "Connect one")


async def test_nothing_typed_asks_nobody() -> None:
    asked: list[str] = []
    async with app_of(unconnected(asked)).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.click("#go")
        await shows(pilot, "Type the address and the token first.")
        await pilot.click("#cancel")
        await shows(pilot, "Connect one")
        assert asked == []
        assert not isinstance(pilot.app.screen, ConnectScreen)


async def test_d_ends_the_app_for_the_demo() -> None:
    app = app_of(unconnected([]))
    async with app.run_test(size=(80, 24)) as pilot:
        await shows(pilot, "Look round in the demo")
        await pilot.press("d")
    assert app.return_code == DEMO_WANTED


async def test_where_no_demo_can_follow_none_is_offered() -> None:
    app = app_of(replace(unconnected([]), can_become_demo=False))
    async with app.run_test(size=(80, 24)) as pilot:
        await shows(pilot, "Connect one")
        assert "demo" not in screen_text(pilot)
        await pilot.press("d")
        await shows(pilot, "Connect one")
        assert app.return_code is None
