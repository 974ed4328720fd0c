"""Erases a profile for good and keeps the counts (rules.md 1, "Erased")."""

from sqlalchemy import Connection, bindparam, select, update

from storage.consent import settle_consent
from storage.counters import Deltas
from storage.event_rows import ERASED_FIELDS, content_hash, stored_contents
from storage.find_index import Change, Indexed, note_changes
from storage.models import NO_ACTIVITY
from storage.near_misses import drop_near_misses
from storage.numbers import number_ids, number_token, recount_numbers
from storage.profile_tokens import note_numbers
from storage.sends import end_attempts
from storage.tables import ACTIVITY, EVENT, PROFILE, QUARANTINE, RECIPIENT, Row, bulk, chunks

_PERSONAL = (
    "canonical",
    "msisdn",
    "name",
    "name_folded",
    "email",
    "timezone",
    "attributes",
    "tags",
    "facts",
    "tags_folded",
)

_STRIP = (
    update(EVENT)
    .where(EVENT.c.event_key == bindparam("key"))
    .values(
        content_hash=bindparam("digest"),
        number_id=bindparam("own_number"),
        **dict.fromkeys(ERASED_FIELDS),
    )
)


def erase_profile(connection: Connection, profile_id: int, number_key: bytes, *, indexed: bool = True) -> bool:
    """Erase a profile, its events' personal content and its quarantined items; False when it was erased before.

    `indexed` is whether the index of a find holds it still.
    """
    columns = (PROFILE.c.gateway_id, PROFILE.c.erased, PROFILE.c.msisdn, PROFILE.c.number_tie, PROFILE.c.number_id)
    more = (PROFILE.c.consent_tie, PROFILE.c.name_folded)
    row = connection.execute(select(*columns, *more).where(PROFILE.c.profile_id == profile_id)).one()
    if row.erased:
        return False
    token = row.number_tie
    if token is None and row.msisdn is not None:
        token = number_token(number_key, row.msisdn)
    number_id = number_ids(connection, [token])[token] if token is not None else None
    values = {"erased": 1, "number_tie": token, "number_id": number_id, "sms_consent": row.consent_tie}
    personal = dict.fromkeys(_PERSONAL)
    connection.execute(update(PROFILE).where(PROFILE.c.profile_id == profile_id).values(**values, **personal))
    if indexed:
        change = Change(profile_id, Indexed(row.name_folded, row.msisdn), Indexed())
        note_changes(connection, [change])
        note_numbers(connection, [change], number_key)
    settle_consent(connection, [profile_id])
    _strip_events(connection, profile_id, number_key)
    end_attempts(connection, profile_id)
    _count_erased(connection, profile_id)
    connection.execute(update(QUARANTINE).where(QUARANTINE.c.profile_key == row.gateway_id).values(raw=None))
    recount_numbers(connection, {row.number_id, number_id})
    return True


def _strip_events(connection: Connection, profile_id: int, number_key: bytes) -> None:
    """Through the activities: a history is read by the one index that begins with them."""
    columns = (EVENT.c.event_key, EVENT.c.gateway_id, EVENT.c.msisdn, EVENT.c.number_id)
    within = (
        select(*columns)
        .join_from(ACTIVITY, EVENT, (EVENT.c.activity_id == ACTIVITY.c.activity_id))
        .where(EVENT.c.profile_id == profile_id, EVENT.c.content_hash.is_(None))
    )
    without = select(*columns).where(
        EVENT.c.activity_id == NO_ACTIVITY, EVENT.c.profile_id == profile_id, EVENT.c.content_hash.is_(None)
    )
    events = [*connection.execute(within), *connection.execute(without)]
    tokens = {event.msisdn: number_token(number_key, event.msisdn) for event in events if event.msisdn is not None}
    numbers = number_ids(connection, tokens.values())
    contents: dict[str, bytes] = {}
    for some in chunks([event.gateway_id for event in events]):
        found = stored_contents(connection, some)
        contents.update({gateway_id: content_hash(number_key, said) for gateway_id, (_, said) in found.items()})
    rows: list[Row] = [
        (
            event.event_key,
            contents[event.gateway_id],
            event.number_id if event.msisdn is None else numbers[tokens[event.msisdn]],
            *(None for _ in ERASED_FIELDS),
        )
        for event in events
    ]
    drop_near_misses(connection, [event.event_key for event in events])
    bulk(connection, _STRIP, ("key", "digest", "own_number", *ERASED_FIELDS), rows)


def _count_erased(connection: Connection, profile_id: int) -> None:
    deltas = Deltas()
    activities = (
        select(RECIPIENT.c.activity_id)
        .join_from(ACTIVITY, RECIPIENT, RECIPIENT.c.activity_id == ACTIVITY.c.activity_id)
        .where(RECIPIENT.c.profile_id == profile_id, RECIPIENT.c.outcome.is_not(None))
    )
    for activity in connection.scalars(activities):
        deltas.erased(activity, 1)
    deltas.write(connection)
