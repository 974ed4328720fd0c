"""What a part of an SMS costs, by what the newest activities have cost: prices differ by country (rules.md 8)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from smsreport_tui.rules.parts import count_parts
from storage.tables import ACTIVITY, ACTIVITY_COUNTS, PROFILE, RECIPIENT

PREFIX = 4
"""Characters of a number that tell its country: the plus sign, and three digits."""
_ACTIVITIES = 20
_RECIPIENTS = 2_000
"""So many of each activity are looked at."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Ten-thousandths of a credit for one part, by the beginning of the number, and of all together."""

    by_prefix: Mapping[str, float]
    of_all: float

    def cost(self, people: Mapping[str | None, int], parts: int) -> int:
        """What so many parts cost to so many people."""
        return round(self.of_one_part(people) * parts)

    def of_one_part(self, people: Mapping[str | None, int]) -> float:
        """What one part costs to so many people, not rounded."""
        prices = ((count, self.by_prefix.get(prefix or "", self.of_all)) for prefix, count in people.items())
        return sum(count * price for count, price in prices)


def read_prices(connection: Connection) -> Prices | None:
    """None where no activity tells what it has cost."""
    paid: Counter[str | None] = Counter()
    sent: Counter[str | None] = Counter()
    counts = ACTIVITY_COUNTS.c
    told = (counts.credit_recipients > 0) | ((ACTIVITY.c.total_credits > 0) & (counts.sent > 0))
    activities = connection.execute(
        select(ACTIVITY.c.activity_id, ACTIVITY.c.body, ACTIVITY.c.total_credits, counts.credit_recipients, counts.sent)
        .join_from(ACTIVITY, ACTIVITY_COUNTS, counts.activity_id == ACTIVITY.c.activity_id)
        .where(ACTIVITY.c.body.is_not(None), told)
        .order_by(ACTIVITY.c.sent_at.desc().nulls_last(), ACTIVITY.c.gateway_id)
        .limit(_ACTIVITIES)
    ).all()
    for row in activities:
        parts = len(count_parts(row.body).parts)
        if row.credit_recipients:
            for prefix, spent, people in _recipients(connection, row.activity_id):
                paid[prefix] += spent
                sent[prefix] += people * parts
        else:
            paid[None] += row.total_credits
            sent[None] += row.sent * parts
    if not sent.total():
        return None
    by_prefix = {prefix: paid[prefix] / parts for prefix, parts in sent.items() if prefix and parts}
    return Prices(by_prefix, paid.total() / sent.total())


def _recipients(connection: Connection, activity: int) -> list[tuple[str | None, int, int]]:
    """What first attempts have cost, by the beginning of the number."""
    some = (
        select(RECIPIENT.c.profile_id, (RECIPIENT.c.credits - RECIPIENT.c.retry_credits).label("spent"))
        .where(RECIPIENT.c.activity_id == activity, RECIPIENT.c.credits.is_not(None))
        .limit(_RECIPIENTS)
        .subquery()
    )
    prefix = func.substr(PROFILE.c.msisdn, 1, PREFIX).label("prefix")
    counted = select(prefix, func.sum(some.c.spent), func.count()).join_from(
        some, PROFILE, PROFILE.c.profile_id == some.c.profile_id
    )
    return [(row[0], int(row[1]), int(row[2])) for row in connection.execute(counted.group_by("prefix"))]
