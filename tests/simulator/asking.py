"""Asks a simulated gateway in memory."""

from typing import Any

import httpx
from starlette.testclient import TestClient

from smsreport_tui.rules.clock import Clock, FixedClock
from smsreport_tui.simulator.server import Server
from smsreport_tui.simulator.world import World, WorldConfig

START = 1_772_442_000_000_000
HEADERS = {"Authorization": "Bearer secret"}


def small(profiles: int = 120, activities: int = 7, seed: int = 1, *, hostile: bool = False) -> WorldConfig:
    """A world that is made in a moment."""
    return WorldConfig(profiles=profiles, activities=activities, seed=seed, start=START, hostile=hostile)


class Gateway:
    """A client of one world, on a clock that the test moves."""

    def __init__(
        self, config: WorldConfig | None = None, clock: Clock | None = None, token: str | None = None, bad: bool = False
    ) -> None:
        self.world = World(config or small(), clock or FixedClock(START))
        self.client = TestClient(Server(self.world, token, malformed=bad).app(), headers=HEADERS)

    def get(self, path: str, **query: Any) -> httpx.Response:
        answer: httpx.Response = self.client.get(path, params=query)
        return answer

    def pages(self, stream: str, limit: int = 1000, cursor: str | None = None) -> tuple[list[Any], str]:
        """Everything told now, and the cursor at its end."""
        items: list[Any] = []
        while True:
            query = {"limit": limit} | ({} if cursor is None else {"cursor": cursor})
            page = self.get(f"/v1/{stream}", **query).json()
            items += page["items"]
            cursor = str(page["next_cursor"])
            if not page["has_more"]:
                return items, cursor
