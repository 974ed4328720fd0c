"""The retries by command: the queue, an operator's word on it, the consent to send, the worker's unit (cli.md)."""

import asyncio
from pathlib import Path

import pytest

from smsreport_tui.gateways.interface import Refusal, Refused
from smsreport_tui.rules.clock import CLOCK_VARIABLE, HOUR, FixedClock, HastyClock, SystemClock
from smsreport_tui.services.sync import sync
from smsreport_tui.services.worker import Sending, Watch, run_worker
from storage.store import open_store
from tests.cli.conftest import Ask
from tests.services.sending_gateway import SendingGateway
from tests.services.test_retries import START, bounced


def soft(count: int) -> SendingGateway:
    return bounced(FixedClock(START + HOUR), *(f"p{number}" for number in range(1, count + 1)))


@pytest.fixture
def path(user: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's store, an hour after two people's messages have bounced."""
    path = user / "data" / "smsreport" / "smsreport.db"
    path.parent.mkdir(parents=True, mode=0o700)
    monkeypatch.setenv(CLOCK_VARIABLE, str(HastyClock(SystemClock().now(), START + HOUR, 1)))
    monkeypatch.setenv("SMSREPORT_GATEWAY", SendingGateway.url)
    gateway = soft(2)
    with open_store(str(path), gateway.clock, writable=True) as store:
        asyncio.run(sync(store, gateway, gateway.clock))
    return path


def send(path: Path, gateway: SendingGateway, *, asks_first: bool = False) -> int:
    """One pass of a worker; how many were sent."""
    sent: list[int] = []

    async def run() -> None:
        watch = Watch(lambda: 0.001, lambda result: sent.append(result.sent), pytest.fail)
        sending = Sending(asks_first=asks_first)
        with open_store(str(path), gateway.clock, writable=True) as store:
            await run_worker(
                store, lambda: gateway, gateway.clock, watch, once=True, stop=asyncio.Event(), sending=sending
            )

    asyncio.run(run())
    return sent[0]


def states(ask: Ask) -> dict[str, str]:
    return {row["profile"]: row["state"] for row in ask("retries", "--json").document}


def test_the_queue_holds_what_waits(ask: Ask, path: Path) -> None:
    assert ask("retries", "--json").document == [
        {
            "activity": "A",
            "profile": profile,
            "attempt": 2,
            "due_at": "2026-03-02T10:00:00Z",
            "deadline": "2026-03-04T09:00:00Z",
            "state": "waiting",
        }
        for profile in ("p1", "p2")
    ]
    table = ask("retries").out
    assert "2 waiting · 0 being sent · 0 held" in table
    assert "due now" in table
    assert "+46…0001" in table
    assert "+46700000001" not in table


def test_what_is_held_is_sent_when_released_and_no_more_when_dropped(ask: Ask, path: Path) -> None:
    gateway = soft(2)
    gateway.script.answer = lambda _: Refused(Refusal.MESSAGE, "no route")
    assert send(path, gateway) == 0
    assert states(ask) == {"p1": "held", "p2": "held"}
    assert "refused: no route" in ask("retries").out
    assert ask("retries", "release", "A", "p1").code == 0
    assert ask("retries", "drop", "A", "p2").code == 0
    assert states(ask) == {"p1": "waiting"}
    gateway.script.answer = lambda _: None
    assert send(path, gateway) == 1
    assert [sent.key for sent in gateway.record.sent] == ["A:p1:2"]
    assert states(ask) == {}


def test_a_waiting_retry_is_held_until_it_is_released(ask: Ask, path: Path) -> None:
    assert ask("retries", "hold", "A", "p1").out == "Attempt 2 to p1 is held: release it to have it sent.\n"
    gateway = soft(2)
    assert send(path, gateway) == 1
    assert [sent.key for sent in gateway.record.sent] == ["A:p2:2"]
    assert ask("retries", "release", "A", "p1").code == 0
    assert send(path, gateway) == 1


def test_now_asks_for_what_is_due_only(ask: Ask, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("retries", "now", "A", "p1").code == 0
    monkeypatch.setenv(CLOCK_VARIABLE, str(HastyClock(SystemClock().now(), START, 1)))
    early = ask("retries", "now", "A", "p2")
    assert (early.code, "due at 2026-03-02T10:00:00Z: never within an hour" in early.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("release", "A", "p1"), "is not held: it is sent when it is due"),
        (("drop", "A", "p9"), "has no profile 'p9'"),
        (("drop", "B", "p1"), "has no activity 'B'"),
        (("probe",), "No gateway is paused"),
    ],
)
def test_what_can_not_be_decided_says_why(ask: Ask, path: Path, words: tuple[str, ...], sentence: str) -> None:
    answer = ask("retries", *words)
    assert answer.code == 1
    assert sentence in answer.err


def test_the_app_s_worker_sends_after_the_word_only(ask: Ask, path: Path) -> None:
    gateway = soft(2)
    assert send(path, gateway, asks_first=True) == 0
    assert ask("retries", "confirm", "--yes").out == "Retries are sent from now on.\n"
    assert send(path, gateway, asks_first=True) == 2
    assert ask("retries", "confirm", "--stop").code == 0
    gateway.clock.advance(2 * HOUR)  # type: ignore[attr-defined]
    assert send(path, gateway, asks_first=True) == 0


def test_a_pause_is_shown_and_probed_when_asked(ask: Ask, path: Path) -> None:
    gateway = soft(2)
    gateway.script.answer = lambda _: Refused(Refusal.CREDITS, "empty")
    gateway.script.balance = 0
    send(path, gateway)
    assert "The gateway has no credits left for retries: empty" in ask("retries").out
    assert ask("doctor").out.count("paused") == 1
    gateway.script.answer = lambda _: None
    gateway.script.balance = 1
    assert ask("retries", "probe").code == 0
    gateway.clock.advance(60_000_000)  # type: ignore[attr-defined]
    assert send(path, gateway) == 2


def test_the_unit_runs_the_same_worker_and_holds_no_token(
    ask: Ask, user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSREPORT_TOKEN", "very-secret")
    monkeypatch.setenv("SMSREPORT_TOKEN_FILE", "/home/me/100% token")
    unit = ask("--store", "/data/sms store.db", "--gateway", "https://sms.example.com", "worker", "--unit").out
    assert "ExecStart=" in unit
    assert '--store "/data/sms store.db" --gateway https://sms.example.com worker' in unit
    assert 'Environment="SMSREPORT_TOKEN_FILE=/home/me/100%% token"' in unit
    assert "very-secret" not in unit
