"""Kannel's sendsms on loopback and its calls to the receiver, driven by a test (`World`).

The real Kannel is driven by tests/gateways/test_kannel_real.py.
"""

import asyncio
import contextlib
import csv
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, quote_plus, urlsplit

import httpx

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.interface import Gateway
from smsreport_tui.gateways.kannel import KannelGateway
from smsreport_tui.gateways.kannel_activities import COLUMNS
from smsreport_tui.gateways.kannel_calls import KannelCalls
from smsreport_tui.gateways.receiver import Receiver
from smsreport_tui.rules.clock import SECOND, FixedClock
from smsreport_tui.rules.times import exact_time
from storage.letterbox import Letterbox
from storage.receiver_secret import receiver_secret
from storage.store import Store
from tests.gateways.standin import Handler, breaks_off, standin
from tests.gateways.worlds import SECRET, Fate

PUBLIC = "http://receiver.example"
_REPORTS = {
    Fate.DELIVERED: ("1", "id:1 stat:DELIVRD err:000 text:"),
    Fate.SOFT: ("2", "id:1 stat:UNDELIV err:027 text:"),
    Fate.HARD: ("2", "id:1 stat:UNDELIV err:001 text:"),
}


class KannelWorld:
    """Sends whatever is asked for, as often as it is asked, and calls the addresses that came with it."""

    def __init__(self, folder: Path, clock: FixedClock) -> None:
        self.clock = clock
        self._store: Store | None = None
        self._waiting: list[str] = []
        self._file = folder / "activities.csv"
        self._activities: list[tuple[str, ...]] = [COLUMNS]
        self._write_file()
        self._reports: dict[str, str] = {}
        self._sent: list[tuple[str, str]] = []
        self._replies = 0
        self._refuses: int | None = None
        self._loses = False
        self._running = contextlib.ExitStack()
        self._server = self._running.enter_context(standin())
        self._server.otherwise = self._answer

    @property
    def account(self) -> Account:
        """The account at this Kannel."""
        options = {"user": "shop", "sender": "SHOP", "receiver": PUBLIC, "operator": "sinch"}
        options["activities"] = str(self._file)
        return Account("kannel", f"{self._server.url}/cgi-bin/sendsms", SECRET, options)

    def connect(self, store: Store | None, *, secret: str = SECRET) -> Gateway:
        account = self.account
        gateway = KannelGateway(Account(account.kind, account.url, secret, account.options), store, self.clock)
        if store is not None:
            self._store = store
            self._deliver(Letterbox(store, gateway.url))
        return gateway

    def campaign(self, body: str, numbers: Sequence[str]) -> str:
        activity = f"A{len(self._activities) - 1}"
        at = exact_time(self.clock.now())
        self._activities.append((activity, activity, "SHOP", body, at))
        self._write_file()
        for number in numbers:
            digits = number.removeprefix("+")
            self._reports[number] = f"/dlr?activity={activity}&to={digits}&type=%d&at=%T&reply=%A"
            self._call(number, "8", "ACK/")
        return activity

    def receipt(self, number: str, fate: Fate) -> None:
        self._call(number, *_REPORTS[fate])

    def reply(self, number: str, text: str) -> None:
        self._replies += 1
        at, digits = self.clock.now() // SECOND, number.removeprefix("+")
        self._waiting.append(f"/mo?from=%2B{digits}&text={quote_plus(text)}&charset=UTF-8&at={at}&id=mo{self._replies}")

    def sent(self) -> list[tuple[str, str]]:
        return list(self._sent)

    def refuse_next(self, status: int) -> None:
        self._refuses = status

    def lose_next(self) -> None:
        self._loses = True

    def close(self) -> None:
        self._running.close()

    def _write_file(self) -> None:
        with self._file.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(self._activities)

    def _call(self, number: str, kind: str, text: str) -> None:
        at = str(self.clock.now() // SECOND)
        filled = {"%d": kind, "%T": at, "%A": quote_plus(text)}
        self._waiting.append(re.sub("%[dTA](?![0-9A-F])", lambda match: filled[match[0]], self._reports[number]))

    def _deliver(self, letterbox: Letterbox) -> None:
        """What has happened while nobody listened, each call twice: an answer may be lost."""
        waiting, self._waiting = self._waiting, []
        if waiting and self._store is not None:
            receiver = Receiver(letterbox, KannelCalls(), receiver_secret(self._store))
            # Whoever connects may have a loop of its own.
            with ThreadPoolExecutor(1) as beside:
                beside.submit(asyncio.run, _called(receiver, self._store, waiting)).result()

    def _answer(self, handler: Handler) -> None:
        given = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        if (given.get("username"), given.get("password")) != ("shop", SECRET):
            handler.say(403, b"Authorization failed for sendsms")
        elif self._refuses is not None and "to" in given:
            status, self._refuses = self._refuses, None
            handler.say(status, b"Temporal failure, try again later.")
        elif "to" not in given:
            handler.say(400, b"Missing receiver number, rejected")
        else:
            number = given["to"]
            self._sent.append((number, given["text"]))
            _, _, path = given["dlr-url"].removeprefix(PUBLIC).split("/", 2)
            self._reports[number] = f"/{path}"
            if self._loses:
                self._loses = False
                breaks_off(handler)
            else:
                handler.say(202, b"0: Accepted for delivery")


async def _called(receiver: Receiver, store: Store, paths: list[str]) -> None:
    transport = httpx.ASGITransport(receiver.app)
    async with httpx.AsyncClient(transport=transport, base_url=f"{PUBLIC}/{receiver_secret(store)}") as client:
        for path in [one for one in paths for _ in range(2)]:
            (await client.get(path)).raise_for_status()
