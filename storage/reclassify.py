"""Reclassifies history when the table of outcome codes, or the operator's own, has changed (rules.md 2)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from smsreport_tui.rules.outcomes import BOUNCED, Outcome, OutcomeTable
from storage.models import NO_ACTIVITY
from storage.numbers import number_ids, number_token, recount_numbers
from storage.profile_numbers import keep_numbers
from storage.refold import refold
from storage.settings import read_setting, write_setting
from storage.tables import EVENT, PROFILE, REFUSAL, Row, bulk, update_row

_SETTING = "outcome_table"
_BATCH = 5_000
_UPDATE = update_row(EVENT, "outcome", "number_id")


def needs_reclassifying(connection: Connection, table: OutcomeTable) -> bool:
    """Whether the store's receipts were classified by another table."""
    return read_setting(connection, _SETTING) != table.fingerprint


def reclassify(connection: Connection, table: OutcomeTable, number_key: bytes) -> int:
    """Classify every bounce again and fold who it concerns; how many receipts changed."""
    changed = 0
    for rows in changed_receipts(connection, table):
        _apply(connection, rows, number_key)
        changed += len(rows)
    write_setting(connection, _SETTING, table.fingerprint)
    return changed


def changed_receipts(connection: Connection, table: OutcomeTable) -> Iterator[list[tuple[Any, Outcome]]]:
    """Receipts whose outcome is another one by this table, each with that outcome, in batches."""
    for batch in _bounces(connection):
        classes = ((row, table.classify("bounced", row.vendor, row.scheme, row.code, row.bounce)) for row in batch)
        yield [(row, outcome) for row, outcome in classes if outcome != row.outcome]


def _bounces(connection: Connection) -> Iterator[list[Any]]:
    names = ("event_key", "activity_id", "profile_id", "at", "msisdn", "number_id", "outcome")
    columns = [EVENT.c[name] for name in (*names, "vendor", "scheme", "code", "bounce")]
    after = 0
    while True:
        page = select(*columns).where(EVENT.c.event_key > after, EVENT.c.kind == "bounced")
        batch = list(connection.execute(page.order_by(EVENT.c.event_key).limit(_BATCH)))
        if not batch:
            return
        after = batch[-1].event_key
        yield batch


def _apply(connection: Connection, rows: list[tuple[Any, Outcome]], number_key: bytes) -> None:
    tokens = {event.msisdn: number_token(number_key, event.msisdn) for event, _ in rows if event.msisdn is not None}
    ids = number_ids(connection, tokens.values())
    updates: list[Row] = []
    numbers: set[int | None] = set()
    keep_numbers(connection, {event.profile_id for event, outcome in rows if outcome in BOUNCED}, number_key)
    for event, outcome in rows:
        number = event.number_id if event.msisdn is None else ids[tokens[event.msisdn]]
        updates.append((int(outcome), number, event.event_key))
        if Outcome.OPTOUT not in (outcome, event.outcome):
            continue
        connection.execute(delete(REFUSAL).where(REFUSAL.c.event_key == event.event_key))
        if outcome is Outcome.OPTOUT:
            values = {"event_key": event.event_key, "profile_id": event.profile_id, "number_id": number, "at": event.at}
            connection.execute(insert(REFUSAL).values(**values))
        of_profile = select(PROFILE.c.number_id).where(PROFILE.c.profile_id == event.profile_id)
        numbers.add(number if number is not None else connection.scalar(of_profile))
    bulk(connection, _UPDATE, ("outcome", "number_id", "key_event_key"), updates)
    pairs = {(event.activity_id, event.profile_id) for event, _ in rows if event.activity_id != NO_ACTIVITY}
    refold(connection, pairs)
    recount_numbers(connection, numbers)
