"""What a reader of the feed must come to: rules.md applied to everything told at once, in words apart from the store's.

Slow and plain on purpose: the tests hold the program's reports, lists and files against it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.times import parse_time
from smsreport_tui.simulator.truth_people import People, known_people
from smsreport_tui.simulator.truth_recipient import BUCKET, ORDER, Recipient, Told, told_of
from smsreport_tui.simulator.wire import ActivityItem, EventItem, ProfileItem

HOUR = 3_600_000_000
BOUNCES = ("soft", "hard", "rejected")
Row = tuple[Any, ...]


class Truth:
    """The world as a reader must see it at `now` (microseconds)."""

    def __init__(
        self,
        activities: Iterable[ActivityItem],
        profiles: Iterable[ProfileItem],
        events: Iterable[EventItem],
        *,
        vendor: str,
        now: int,
    ) -> None:
        self.now = now
        self._newest: dict[str, ActivityItem] = {}
        for version in sorted(activities, key=lambda item: parse_time(item.updated_at)):
            self._newest[version.id] = version
        self._told: dict[str, dict[str, list[Told]]] = defaultdict(lambda: defaultdict(list))
        anywhere: list[Told] = []
        seen: set[str] = set()
        for item in events:
            if item.id in seen:
                continue
            seen.add(item.id)
            told = told_of(item, vendor)
            if item.activity_id is not None:
                self._told[item.activity_id][item.profile_id].append(told)
            if item.kind in ("unsubscribed", "resubscribed"):
                anywhere.append(told)
        self._recipients = {
            activity: {profile: Recipient(told) for profile, told in people.items()}
            for activity, people in self._told.items()
        }
        self._people: People = known_people(profiles, anywhere, self._recipients)

    def activity_ids(self) -> list[str]:
        """Every activity that is known, or named by an event."""
        return sorted({*self._newest, *self._recipients})

    def report(self, activity: str) -> dict[str, Any]:
        """The figures of `report --json`, without what only a store knows."""
        recipients = self._recipients.get(activity, {})
        sent = {name: one for name, one in recipients.items() if one.outcome is not None}
        buckets = Counter(BUCKET[one.outcome] for one in sent.values() if one.outcome is not None)
        bounces = buckets["soft"] + buckets["hard"] + buckets["rejected"]
        unique = sum(bool(one.people) for one in recipients.values())
        left = sum(one.left_at is not None for one in recipients.values())
        credits_told = [one.credits for one in recipients.values() if one.credits is not None]
        described = self._newest.get(activity)
        own = described.total_credits if described else None
        opened = sum(self._is_open(name, one) for name, one in sent.items())
        return {
            "final": opened == 0,
            "open": opened,
            "sent": len(sent),
            **{name: buckets[name] for name in ("delivered", "soft", "hard", "rejected", "pending")},
            "bounces": bounces,
            "excluded": described.excluded if described else None,
            "erased": sum(self._people.is_erased(name) for name in sent),
            "clicks": sum(len(one.people) for one in recipients.values()),
            "unique_clicks": unique,
            "machine_clicks": sum(len(one.machines) for one in recipients.values()),
            "unsubscribed": left,
            "total_credits": _decimal(sum(credits_told)) if credits_told else (own or "0"),
            "retry_credits": _decimal(sum(one.retry_credits for one in recipients.values())),
            "rates": {
                "delivery": _rate(buckets["delivered"], len(sent)),
                "bounce": _rate(bounces, len(sent)),
                "click": _rate(unique, buckets["delivered"]),
                "unsubscribe": _rate(left, buckets["delivered"]),
            },
            "links": [
                {"id": row[0], "url": row[1], "clicks": row[3], "unique_clicks": row[4]}
                for row in self.rows(activity, Tab.LINKS)
            ],
            "codes": _codes(sent.values()),
        }

    def rows(self, activity: str, tab: Tab) -> list[Row]:
        """All rows of a tab in order, raw: times in microseconds, credits in ten-thousandths."""
        if tab is Tab.LINKS:
            return self._links(activity)
        rows: list[tuple[int, str, Row]] = []
        for name, one in self._recipients.get(activity, {}).items():
            known = self._row(name, one, tab)
            if known is not None:
                at, values = known
                rows.append((-at, name, (name, *self._people.details(name, one), *values)))
        return [row for _, _, row in sorted(rows)]

    def _row(self, name: str, one: Recipient, tab: Tab) -> tuple[int, Row] | None:
        if tab is Tab.CLICKS and one.people:
            times = [at for at, _ in one.people]
            links = " ".join(sorted({link for _, link in one.people}))
            return max(times), (min(times), max(times), len(times), links)
        if tab is Tab.UNSUBSCRIBE and one.left_at is not None:
            return one.left_at, (one.left_at,)
        if tab is Tab.SENT and one.outcome is not None:
            return one.sent_at, (one.sent_at, one.outcome, one.attempts, one.credits)
        if tab is Tab.DELIVERED and one.outcome == "delivered":
            at = one.delivered_at or 0
            return at, (one.sent_at, at, one.attempts)
        bucket = BUCKET.get(one.outcome or "pending")
        return self._bounce(name, one, str(bucket)) if tab is Tab.BOUNCES and bucket in BOUNCES else None

    def _bounce(self, name: str, one: Recipient, bucket: str) -> tuple[int, Row]:
        said = one.deciding()
        item = said.item
        strikes = self._people.strikes(self._people.number_of(name, said))
        values = (bucket, one.outcome, said.vendor, item.scheme, item.code, item.reason, one.attempts)
        return said.at, (*values, said.at, self._next_retry(name, one), strikes)

    def _next_retry(self, name: str, one: Recipient) -> int | None:
        due = one.retry_due()
        if due is None or self.now > one.sent_at + 48 * HOUR:
            return None
        return due if self._people.may_be_sent_to(name, one) else None

    def _is_open(self, name: str, one: Recipient) -> bool:
        if one.outcome == "pending":
            return self.now - one.sent_at < 72 * HOUR
        return self._next_retry(name, one) is not None or (one.outcome != "delivered" and one.is_under_way())

    def _links(self, activity: str) -> list[Row]:
        recipients = self._recipients.get(activity, {}).values()
        described = self._newest.get(activity)
        listed = {link.id: (link.url, link.title) for link in (described.links or [])} if described else {}
        clicks: Counter[str] = Counter()
        unique: Counter[str] = Counter()
        first: dict[str, Told] = {}
        for one in recipients:
            clicks.update(link for _, link in one.people)
            unique.update({link for _, link in one.people})
            for told in one.clicked:
                link = told.item.link_id or ""
                if told.item.url is not None and (link not in first or told.order < first[link].order):
                    first[link] = told
        clickers = sum(bool(one.people) for one in recipients)
        rows = []
        for link in {*listed, *(told.item.link_id or "" for one in recipients for told in one.clicked)}:
            earliest = first.get(link)
            url, title = listed.get(link, (None, None))
            if earliest is not None:
                url, title = url or earliest.item.url, title or earliest.item.title
            rows.append((link, url, title, clicks[link], unique[link], _rate(unique[link], clickers)))
        return sorted(rows, key=lambda row: (-row[4], -row[3], row[0]))


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _decimal(amount: int) -> str:
    text = f"{amount // 10_000}.{amount % 10_000:04d}".rstrip("0")
    return text.rstrip(".")


def _code_order(entry: tuple[tuple[str | None, str | None, str | None, str], int]) -> tuple[Any, ...]:
    """Most recipients first, then by the code; one code with two outcomes by their order."""
    (vendor, scheme, code, outcome), recipients = entry
    return -recipients, vendor or "", scheme or "", code or "", ORDER.index(outcome)


def _codes(sent: Iterable[Recipient]) -> list[dict[str, Any]]:
    found: Counter[tuple[str | None, str | None, str | None, str]] = Counter()
    for one in sent:
        if one.outcome is not None and BUCKET[one.outcome] not in ("delivered", "pending"):
            said = one.deciding()
            found[said.vendor, said.item.scheme, said.item.code, one.outcome] += 1
    ordered = sorted(found.items(), key=_code_order)
    return [
        {"vendor": vendor, "scheme": scheme, "code": code, "outcome": outcome, "recipients": number}
        for (vendor, scheme, code, outcome), number in ordered
    ]
