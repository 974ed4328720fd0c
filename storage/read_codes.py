"""The codes that a store has seen (cli.md, `codes`)."""

from typing import Any

from sqlalchemy import Connection, Select, func, select

from smsreport_tui.rules.codes import SeenCode
from smsreport_tui.rules.outcomes import Outcome
from storage.tables import CODE_COUNT, EVENT

_NAMES = ("vendor", "scheme", "code")
_Key = tuple[str | None, str | None, str | None, int]


def read_codes(connection: Connection) -> list[SeenCode]:
    """The codes that decided a recipient, from the counters: a few rows an activity, whatever its size."""
    return [_seen(key, people, None) for key, people in _recipients(connection).items()]


def read_codes_with_receipts(connection: Connection) -> list[SeenCode]:
    """All codes on bounced and cancelled receipts, also those that decided nothing; it reads every event."""
    columns: list[Any] = [*(EVENT.c[name] for name in _NAMES), EVENT.c.outcome]
    counted: Select[Any] = (
        select(*columns, func.count()).where(EVENT.c.kind.in_(("bounced", "cancelled"))).group_by(*columns)
    )
    receipts: dict[_Key, int] = {}
    for vendor, scheme, code, outcome, number in connection.execute(counted):
        # The counters keep no text and no code alike.
        key = (vendor or None, scheme or None, code or None, int(outcome))
        receipts[key] = receipts.get(key, 0) + int(number)
    recipients = _recipients(connection)
    return [_seen(key, recipients.get(key, 0), receipts.get(key, 0)) for key in {**recipients, **receipts}]


def codes_with(connection: Connection, activity: int, text: str) -> list[str]:
    """The codes that decided recipients of an activity and hold the text, as a search in its Bounces finds them."""
    found = CODE_COUNT.c.activity_id == activity, CODE_COUNT.c.code.contains(text, autoescape=True)
    return list(connection.scalars(select(CODE_COUNT.c.code).where(*found).distinct().order_by(CODE_COUNT.c.code)))


def _seen(key: _Key, recipients: int, receipts: int | None) -> SeenCode:
    vendor, scheme, code, outcome = key
    return SeenCode(vendor, scheme, code, Outcome(outcome), recipients, receipts)


def _recipients(connection: Connection) -> dict[_Key, int]:
    columns: list[Any] = [*(CODE_COUNT.c[name] for name in _NAMES), CODE_COUNT.c.outcome]
    people = func.sum(CODE_COUNT.c.recipients)
    counted: Select[Any] = select(*columns, people).group_by(*columns)
    rows = connection.execute(counted.having(people > 0))
    return {
        (vendor or None, scheme or None, code or None, int(outcome)): int(number)
        for vendor, scheme, code, outcome, number in rows
    }
