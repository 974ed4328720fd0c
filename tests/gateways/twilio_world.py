"""Twilio as the contract of gateways meets it; where Prism is installed it stands between, with the published API."""

import atexit
import csv
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.gateways.twilio import TwilioGateway
from smsreport_tui.gateways.twilio_activities import COLUMNS
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.times import format_time
from storage.store import Store
from tests.gateways.prism import Prism, prism_path
from tests.gateways.twilio_standin import ACCOUNT, NUMBER, PRICE, Fault, TwilioAccount, TwilioServer, problem
from tests.gateways.worlds import SECRET, Fate

SPEC = Path(__file__).parents[1] / "specs" / "twilio" / "twilio_messages_subset.json"
CODES = {400: 21211, 401: 20003, 402: 20005, 403: 20403, 429: 20429}
_FATES = {Fate.DELIVERED: ("delivered", None), Fate.SOFT: ("undelivered", 30003), Fate.HARD: ("undelivered", 30005)}


class TwilioWorld:
    """One account, at the process's one server; its campaigns each have a Messaging Service."""

    def __init__(self, folder: Path, clock: FixedClock, *, through_prism: bool = True) -> None:
        self.clock = clock
        self.account = TwilioAccount(clock)
        self.server, prism = _server()
        self.server.account = self.account
        self.prism = prism if through_prism else None
        self.url = self.server.url if self.prism is None else self.prism.url
        self.activities = folder / "activities.csv"
        self._campaigns = 0
        self._write(COLUMNS)

    def connect(self, store: Store | None, *, secret: str = SECRET, **options: str) -> TwilioGateway:
        """The adapter, sending from the account's number, with few tries and no waits between them."""
        told = {"account_sid": ACCOUNT, "sender": NUMBER, "activities": str(self.activities), **options}
        account = Account("twilio", self.url, secret, told)
        return TwilioGateway(account, store, self.clock, Patience(tries=2, first=0.0), sleep=_at_once)

    def campaign(self, body: str, numbers: Sequence[str]) -> str:
        """A Messaging Service sends to these numbers now, and the operator says in the file which activity that is."""
        self._campaigns += 1
        name = f"campaign-{self._campaigns}"
        service = f"MG{self._campaigns:032x}"
        self._write((service, format_time(self.clock.now())[:19] + "Z", "", name, f"Campaign {self._campaigns}"))
        for number in numbers:
            self.account.add(number, body, service=service)
        return name

    def receipt(self, number: str, fate: Fate) -> None:
        """What became of the newest message to a number, with its price."""
        message = self.account.newest(number)
        status, code = _FATES[fate]
        self.account.move(message, status, code, None if code is None else f"Error {code}")
        message.price = PRICE

    def reply(self, number: str, text: str) -> None:
        """Somebody answers."""
        self.account.reply(number, text)

    def sent(self) -> list[tuple[str, str]]:
        """Number and text of what requests have sent."""
        return [(one.to, one.body) for one in self.account.messages if one.asked]

    def refuse_next(self, status: int) -> None:
        """With the code that Twilio gives with it."""
        body = problem(status, CODES[status], "No") if status in CODES else b"<html>no</html>"
        self.account.faults.append(Fault(status, body))

    def lose_next(self) -> None:
        """The connection ends before the answer."""
        self.account.faults.append(Fault(loses=True))

    def close(self) -> None:
        """Fails where a request or an answer was not as the published API says."""
        self.server.largest_page = 1_000
        wrong = [] if self.prism is None else self.prism.violations()
        assert wrong == []

    def _write(self, row: Sequence[str]) -> None:
        with self.activities.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow(row)


async def _at_once(_: float) -> None:
    return


@cache
def _server() -> tuple[TwilioServer, Prism | None]:
    """One for the process, as a proxy takes seconds to start."""
    server = TwilioServer(TwilioAccount(FixedClock(0)))
    prism = None if prism_path() is None else Prism(SPEC, server.url)
    closes: list[Callable[[], None]] = [server.close] if prism is None else [server.close, prism.close]
    for close in closes:
        atexit.register(close)
    return server, prism
