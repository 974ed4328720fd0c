"""A store with short links at a Shlink, and what a test does to both."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.gateways.shlink import ShlinkGateway
from smsreport_tui.gateways.shortener import Wish
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import SyncResult, sync
from storage.short_links import ShortLinks
from storage.store import Store
from tests.gateways.shlink_standin import KEY, Shlink

LANDING = "https://shop.example/spring?x=1"


@dataclass
class World:
    """`code` says by which code somebody has a link; `waits` are the rests that the client has taken."""

    store: Store
    clock: FixedClock
    shlink: Shlink
    url: str
    options: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    def gateway(self, *, tries: int = 3, key: str = KEY) -> ShlinkGateway:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            await asyncio.sleep(0)

        account = Account("shlink", self.url, key, self.options)
        return ShlinkGateway(account, self.store, self.clock, Patience(tries=tries), sleep)

    def sync(self, *, tries: int = 3) -> SyncResult:
        async def work() -> SyncResult:
            gateway = self.gateway(tries=tries)
            try:
                return await sync(self.store, gateway, self.clock)
            finally:
                await gateway.aclose()

        return asyncio.run(work())

    def make(self, activity: str, link: str, profiles: Sequence[str], url: str = LANDING) -> dict[str, str]:
        """Links for these people; the code of each."""

        async def work() -> dict[str, str]:
            gateway, links = self.gateway(), ShortLinks(self.store, self.url)
            try:
                links.write_down(activity, link, url, profiles)
                codes = {one.profile: one for one in links.waiting(activity, link, set(profiles))}
                for one in codes.values():
                    links.made([(one.key, await gateway.shorten(Wish(one.code, url, activity, link)))])
                return {profile: one.code for profile, one in codes.items()}
            finally:
                await gateway.aclose()

        return asyncio.run(work())

    def events(self) -> Counter[tuple[str, int, str | None]]:
        """The clicks of the store by profile, second and agent."""
        statement = (
            "SELECT p.gateway_id, e.at / 1000000, e.user_agent FROM event e JOIN profile p USING (profile_id) "
            "WHERE e.kind = 'clicked'"
        )
        with self.store.reading() as connection:
            return Counter((str(who), int(at), agent) for who, at, agent in connection.exec_driver_sql(statement))

    def quarantined(self) -> int:
        with self.store.reading() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM quarantine").scalar() or 0)

    @property
    def reports(self) -> Reports:
        return Reports(self.store, self.clock)
