"""The activities of the simulated world: what each says, to whom, when, and how its receipts are told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from smsreport_tui.rules.amounts import format_credits
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.simulator.countries import COUNTRIES, MARKETS, MIX, Market
from smsreport_tui.simulator.hostile import endless_body, hostile_text
from smsreport_tui.simulator.people import DAY, has_left
from smsreport_tui.simulator.seeds import draw
from smsreport_tui.simulator.stamps import stamp, stamp_abroad
from smsreport_tui.simulator.texts import BODIES, LINK_TITLES, SENDERS, THEMES, part_count
from smsreport_tui.simulator.wire import ActivityItem, Link, Setting

_WINDOW = 2000
_LIVE_RECIPIENTS = 4000
_CYCLE = 41 * 53
_STAGES = ("history", "recent", "sending", "history", "scheduled", "cancelled")


@dataclass(frozen=True)
class Campaign:
    """One activity as it was meant; `upper` bounds the people it looks at, `span` is how long its sending takes."""

    place: int
    id: str
    name: str
    sender: str
    body: str
    links: tuple[Link, ...]
    stage: str
    begins: int
    span: int
    market: Market
    upper: int
    settings: tuple[Setting, ...] = ()
    vendor: str = "infobip"
    hostile: bool = False
    parts: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", part_count(self.body))

    @property
    def by_part(self) -> bool:
        """Whether the network reports each part by itself."""
        return self.parts > 1 and self.place % 3 != 1

    @property
    def credits_on(self) -> str:
        """Which receipts carry credits: sent, final or none."""
        return ("sent", "final", "final", "sent", "none")[self.place % 5]

    @property
    def personal(self) -> bool:
        """Whether the text differs from person to person."""
        return self.place % 4 == 1 and len(self.body) < 1000

    @property
    def is_retried(self) -> bool:
        """Whether an earlier worker has sent soft bounces again."""
        return self.stage == "history" and self.place % 2 == 0

    @property
    def window(self) -> int:
        """How many people one batch looks at: about two thousand of them receive."""
        return _WINDOW * len(MIX) // len(self.market.residues)

    def windows(self) -> Iterator[tuple[int, int]]:
        """Each batch as (first person, one past the last)."""
        for low in range(0, self.upper, self.window):
            yield low, min(low + self.window, self.upper)

    def begins_at(self, person: int) -> int:
        """When the person's message leaves."""
        return self.begins + person * self.span // self.upper

    def receives(self, person: int) -> bool:
        """Whether somebody of the market is sent to: not who said no, nor who had too many lately."""
        return not has_left(person) and (person + self.place % 4) % 53 != 5

    def audience(self, low: int, high: int) -> list[int]:
        """The people of one window that are sent to."""
        residues = self.market.residues
        return sorted(
            person
            for residue in residues
            for person in range(low + (residue - low) % len(MIX), high, len(MIX))
            if self.receives(person)
        )

    def sizes(self) -> tuple[int, int, int]:
        """Recipients, people excluded, and the credits of the first attempts in ten-thousandths."""
        recipients = everybody = amount = 0
        for residue in self.market.residues:
            count = len(range(residue, self.upper, len(MIX)))
            received = _received(residue, self.place % 4, count)
            everybody += count
            recipients += received
            amount += received * self.parts * COUNTRIES[MIX[residue]].price
        return recipients, everybody - recipients, amount

    def versions(self) -> Iterator[tuple[int, ActivityItem]]:
        """Every version as (time of telling, activity): scheduled, sending, sent or cancelled."""
        recipients, excluded, amount = self.sizes()
        told = 30 * SECOND if self.place % 5 == 2 else 0
        yield self.begins - DAY, self._item("scheduled", self.begins - DAY)
        # Of some the older version comes after the newer one.
        late = self.span + 2 * MINUTE if self.place % 5 == 2 else 0
        yield self.begins + late, self._item("sending", self.begins, recipients, excluded)
        if self.stage == "cancelled":
            yield self.begins + self.span, self._item("cancelled", self.begins + self.span, recipients, excluded)
            return
        ended = self.begins + self.span + told
        yield ended, self._item("sent", ended, recipients, excluded, amount)

    def _item(
        self,
        status: str,
        at: int,
        recipients: int | None = None,
        excluded: int | None = None,
        amount: int | None = None,
    ) -> ActivityItem:
        return ActivityItem(
            id=self.id,
            updated_at=stamp(at),
            name=self.name,
            sender=self.sender,
            body=self.body,
            sent_at=(stamp_abroad if self.place % 3 == 1 else stamp)(self.begins),
            status=None if status == "sent" and self.place % 2 else status,
            timezone=self.market.home.zone,
            sending_to=list(self.settings),
            recipients=recipients,
            excluded=excluded,
            total_credits=None if amount is None else format_credits(amount),
            links=list(self.links),
        )


def plan(count: int, people: int, seed: int, start: int, tag: str, *, vendor: str, hostile: bool) -> list[Campaign]:
    """The activities of a world, the same for the same arguments; the first is long over and went to everybody."""
    return [_campaign(place, people, seed, start, tag, vendor, hostile) for place in range(count)]


def _campaign(place: int, people: int, seed: int, start: int, tag: str, vendor: str, hostile: bool) -> Campaign:
    market = MARKETS[place % len(MARKETS)]
    stage = _STAGES[place] if place < len(_STAGES) else "history"
    upper = people if stage == "history" else min(people, _LIVE_RECIPIENTS * len(MIX) // len(market.residues))
    activity = f"a{tag}-{place + 1:03d}"
    texts = BODIES[market.home.language]
    theme = THEMES[int(draw(seed, "theme", place) * len(THEMES))]
    links = _links(activity, place, tag)
    slots = [link.short_url or "" for link in links] or ["in the shop", "reply STOP"]
    body = texts[(place + 1) % len(texts)].format(slots[0], slots[1])
    name = f"{theme} · {market.name}"
    return Campaign(
        place=place,
        id=activity,
        name=hostile_text(place) if hostile and place % 3 == 2 else name,
        sender=SENDERS[place % len(SENDERS)],
        body=endless_body() if hostile and place == 3 else body,
        links=links,
        stage=stage,
        begins=_begins(place, stage, seed, start),
        span=_span(stage, upper),
        market=market,
        upper=max(1, upper),
        settings=_settings(place, market, hostile),
        vendor=vendor,
        hostile=hostile,
    )


def _begins(place: int, stage: str, seed: int, start: int) -> int:
    known = {"recent": -26 * HOUR, "sending": -3 * MINUTE, "scheduled": 20 * MINUTE, "cancelled": -4 * DAY}
    if stage in known:
        return start + known[stage]
    days = 16 + 9 * (place % 40)
    return start - days * DAY - int(draw(seed, "hour", place) * 10 * HOUR)


def _span(stage: str, people: int) -> int:
    if stage == "sending":
        return 20 * MINUTE
    return min(6 * HOUR, max(3 * MINUTE, people * SECOND // 100))


def _links(activity: str, place: int, tag: str) -> tuple[Link, ...]:
    if place % 9 == 8:
        return ()
    found = []
    for number, title in enumerate(LINK_TITLES if place % 2 else LINK_TITLES[:2], 1):
        url = f"https://shop.example/{title.lower().replace(' ', '-')}?from={activity}"
        short = f"https://sms.example/{tag}{place:x}{number}"
        found.append(Link(f"{activity}-L{number}", url, short, title if number != 2 else None))
    return tuple(found)


def _settings(place: int, market: Market, hostile: bool) -> tuple[Setting, ...]:
    label = hostile_text(place + 3) if hostile else f"Customers {market.name}"
    known = (
        Setting("subscription", "Offers by SMS"),
        Setting("include_segment", label, "any"),
        Setting("exclude_segment", "Bought in the last 7 days"),
        Setting("include_tag", "newsletter", "all"),
        Setting("exclude_tag", "trial"),
        Setting("frequency", "At most 2 SMS in 7 days"),
        Setting("duplicates", "One message to a number"),
    )
    return known if place % 4 == 0 else known[: 2 + place % 5]


@lru_cache(maxsize=256)
def _received_before(residue: int, shift: int) -> tuple[int, ...]:
    flags = (
        not has_left(person) and (person + shift) % 53 != 5
        for person in range(residue, residue + _CYCLE * len(MIX), len(MIX))
    )
    return (0, *accumulate(flags))


def _received(residue: int, shift: int, count: int) -> int:
    """How many of the first `count` people of a residue receive, without looking at each."""
    before = _received_before(residue, shift)
    rounds, rest = divmod(count, _CYCLE)
    return rounds * before[-1] + before[rest]
