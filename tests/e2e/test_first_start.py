"""The first start of the program: no gateway is set up, and both ways on are offered."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.e2e.stories import CTRL_Q, ENTER, ESC, TAB
from tests.e2e.terminal import Terminal, program, terminal

TOKEN = "token-of-the-test"
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
SIZES = [(80, 24), (200, 60)]


@pytest.fixture
def simulator() -> Iterator[str]:
    """The address of `smsreport simulate` on a port of the system's."""
    environment = os.environ | {"SMSREPORT_TOKEN": TOKEN}
    words = ["simulate", "--port", "0", "--profiles", "300"]
    child: pexpect.spawn[str] = pexpect.spawn(program(), words, env=environment, encoding="utf-8", timeout=60)
    try:
        child.expect(r"ready (http://[\d.:]+)")
        assert isinstance(child.match, re.Match)
        yield str(child.match[1])
    finally:
        child.close(force=True)


@pytest.fixture(params=SIZES, ids=["80x24", "200x60"])
def screen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    """A first start."""
    columns, lines = request.param
    with terminal(folder=tmp_path, columns=columns, lines=lines, extra=NO_KEYRING) as started:
        started.wait_for("No gateway is set up", "Connect one", "Look round in the demo", "c Connect")
        yield started


def connect(screen: Terminal, address: str, token: str = TOKEN) -> None:
    """Fill in the dialog and have it tested."""
    screen.press("c")
    screen.wait_for("Connect a gateway", "Both are tested first.")
    screen.press(address + TAB + token + ENTER)


def test_a_wrong_address_says_why_and_esc_leaves_everything(screen: Terminal) -> None:
    connect(screen, "http://127.0.0.1:9")
    screen.wait("the reason", lambda text: "Asking" not in text and "Both are tested" not in text)
    screen.wait_for("127.0.0.1:9", "Connect a gateway")
    screen.press(ESC)
    screen.wait_gone("Connect a gateway")
    screen.wait_for("No gateway is set up")
    screen.press("q")
    assert screen.wait_end() == 0


def test_a_wrong_token_says_so_and_the_right_one_fills_the_list(screen: Terminal, simulator: str) -> None:
    connect(screen, simulator, "wrong")
    screen.wait_for("refuses the token")
    screen.press(ESC)
    screen.wait_gone("Connect a gateway")
    connect(screen, simulator)
    screen.wait_for("12 activities", "Price drop")
    screen.press(CTRL_Q)
    assert screen.wait_end() == 0


def test_the_demo_opens_in_its_place(tmp_path: Path) -> None:
    with terminal(folder=tmp_path, columns=80, lines=24, extra=NO_KEYRING) as screen:
        screen.wait_for("Look round in the demo")
        screen.press("d")
        screen.wait_for("SMS Report · demo · ", " activities", "Sync ●")
        screen.press(CTRL_Q)
        assert screen.wait_end() == 0


def test_the_dialog_is_filled_in_by_mouse(screen: Terminal) -> None:
    screen.click("c Connect")
    screen.wait_for("Both are tested first.")
    screen.click("Test and connect")
    screen.wait_for("Type the address and the token first.")
    screen.click("Cancel")
    screen.wait_gone("Connect a gateway")
    screen.press("q")
    assert screen.wait_end() == 0
