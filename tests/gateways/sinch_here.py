"""A store beside a service plan of Sinch, and what an operator sees of it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from smsreport_tui.gateways.sinch import SinchGateway
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.times import parse_time
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import SyncResult, sync
from storage.letterbox import Letterbox
from storage.people_book import PeopleBook
from storage.store import Store
from tests.gateways.sinch_world import SinchWorld
from tests.storage.stores import new_store

START = parse_time("2026-03-02T09:20:00Z")
ANNA, BO, CEM = "+46700000001", "+46700000002", "+46700000003"
Result = TypeVar("Result")


class Here:
    """A store beside a service plan."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(START)
        self.world = SinchWorld(folder, self.clock)
        self.plan = self.world.plan
        self.store: Store = new_store(folder, self.clock)
        self.box = Letterbox(self.store, self.world.server.url)

    def ask(self, work: Callable[[SinchGateway], Awaitable[Result]], store: Store | None = None) -> Result:
        """What a program with a connection of its own comes to."""

        async def run() -> Result:
            gateway = self.world.connect(store or self.store)
            try:
                return await work(gateway)
            finally:
                await gateway.aclose()

        return asyncio.run(run())

    def sync(self) -> SyncResult:
        return self.ask(lambda gateway: sync(self.store, gateway, self.clock))

    def collect(self) -> list[bytes]:
        """The letters that one look posts."""
        self.ask(lambda gateway: gateway.collect())
        streams = ("activities", "profiles", "events")
        return [one.content for stream in streams for one in self.box.read(stream, 0, 9_999)]

    def person(self, number: str) -> str:
        return PeopleBook(self.store).profile_id(number)

    def close(self) -> None:
        self.store.close()
        self.world.close()

    def post(self, **asked: Any) -> str:
        return self.plan.post_batch({"to": [ANNA, BO], "body": "Spring is here", **asked}).id

    def rows(self, activity: str, tab: Tab) -> list[dict[str, Any]]:
        page = Reports(self.store, self.clock).tab(activity, tab)
        return [dict(zip([one.name for one in page.columns], row.values, strict=True)) for row in page.rows]

    def outcomes(self, activity: str) -> dict[str, str]:
        return {row["msisdn"]: row["outcome"] for row in self.rows(activity, Tab.SENT)}

    def report(self, activity: str) -> Any:
        return Reports(self.store, self.clock).report(activity)
