"""Why messages fail: real vendors' codes out of the shipped table, and receipts that a table can not help with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from smsreport_tui.rules.outcomes import Outcome, load_outcome_table
from smsreport_tui.simulator.seeds import pick


@dataclass(frozen=True)
class Failure:
    """What a `bounced` receipt says; `vendor` is None where it is the gateway's own."""

    vendor: str | None = None
    scheme: str | None = None
    code: str | None = None
    bounce: str | None = None
    reason: str | None = None


# Receipts whose code is in no table, or that have none: the gateway's opinion decides, or nothing does.
_STRAY: Mapping[Outcome, tuple[Failure, ...]] = {
    Outcome.SOFT: (
        Failure(scheme="error.id", code="99017", bounce="soft", reason="EC_NEW_TEMPORARY"),
        Failure(bounce="soft"),
        Failure(code="27", bounce="soft", reason="a code without its scheme"),
    ),
    Outcome.HARD: (
        Failure(scheme="error.id", code="99018", bounce="hard", reason="EC_NEW_NO_SUCH_NUMBER"),
        Failure(bounce="hard", reason="number does not exist"),
    ),
    Outcome.BLOCKED: (Failure(vendor="acme", scheme="x", code="7", bounce="other"), Failure(bounce="other")),
    Outcome.UNKNOWN: (
        Failure(),
        Failure(scheme="error.id", code="99019", reason="EC_NEVER_SEEN"),
        Failure(vendor="acme", scheme="x", code="8"),
    ),
}


@lru_cache(maxsize=4)
def failures(gateway_vendor: str) -> Mapping[Outcome, tuple[Failure, ...]]:
    """What a receipt may say for each outcome: mostly the gateway's own codes, a few other vendors', a few strays."""
    table = load_outcome_table()
    own: dict[Outcome, list[Failure]] = {}
    others: dict[Outcome, list[Failure]] = {}
    for key, outcome in sorted(table.shipped.items()):
        vendor, scheme, code = key
        found = own if vendor == gateway_vendor else others
        spoken = None if vendor == gateway_vendor else vendor
        found.setdefault(outcome, []).append(Failure(spoken, scheme, code, reason=table.names.get(key)))
    result = {}
    for outcome in Outcome:
        most = (own.get(outcome) or others.get(outcome, []))[:12]
        result[outcome] = (*most, *others.get(outcome, [])[:3], *_STRAY.get(outcome, ()))
    return result


def failure(gateway_vendor: str, outcome: Outcome, chance: float) -> Failure:
    """One of them; nothing at all where no code leads to the outcome."""
    known = failures(gateway_vendor)[outcome]
    return pick(known, chance) if known else Failure()
