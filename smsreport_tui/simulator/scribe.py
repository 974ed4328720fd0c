"""Writes down what happens to one recipient: each event with the time at which the gateway tells it."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.simulator.stamps import stamp, stamp_abroad
from smsreport_tui.simulator.wire import EventItem

Entry = tuple[int, EventItem]
"""The time of telling (microseconds, never before the event's own time), and the event."""


class Scribe:
    """The events of one recipient, or of one person without an activity.

    `chance` gives numbers from 0 up to 1; `prompt` turns off late and repeated telling.
    """

    __slots__ = ("activity", "chance", "entries", "message", "msisdn", "number", "profile", "prompt", "stem")

    def __init__(
        self,
        entries: list[Entry],
        chance: Callable[[], float],
        stem: str,
        profile: str,
        activity: str | None = None,
        msisdn: str | None = None,
        *,
        prompt: bool = False,
    ) -> None:
        self.entries = entries
        self.chance = chance
        self.stem = stem
        self.profile = profile
        self.activity = activity
        self.msisdn = msisdn
        self.message: str | None = None
        self.number = 0
        self.prompt = prompt

    def tell(self, kind: str, at: int, **more: Any) -> None:
        """An event at an instant, told a little later, sometimes much later, sometimes twice."""
        self.number += 1
        item = EventItem(
            f"{self.stem}.{self.number}",
            kind,
            stamp(at),
            self.profile,
            self.activity,
            self.msisdn,
            self.message,
            **more,
        )
        told = at + self._delay()
        self.entries.append((told, item))
        if not self.prompt and self.chance() < 0.012:
            self._repeat(item, at, told)

    def tell_anywhere(self, kind: str, at: int, **more: Any) -> None:
        """An event that names no activity."""
        activity, message, msisdn = self.activity, self.message, self.msisdn
        self.activity = self.message = self.msisdn = None
        self.tell(kind, at, **more)
        self.activity, self.message, self.msisdn = activity, message, msisdn

    def _delay(self) -> int:
        luck = self.chance()
        if self.prompt or luck < 0.96:
            return SECOND // 10 + int(luck * 2 * SECOND)
        if luck < 0.99:
            return int((luck - 0.95) * 1000 * MINUTE)
        return int((luck - 0.985) * 1300 * HOUR)

    def _repeat(self, item: EventItem, at: int, told: int) -> None:
        again = item
        if self.number % 2:
            # The same content in another spelling is still the same event.
            amount = None if item.credits is None else f"{float(item.credits):.4f}"
            again = replace(item, at=stamp_abroad(at), credits=amount)
        self.entries.append((told + self._delay(), again))
