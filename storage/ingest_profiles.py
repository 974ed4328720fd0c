"""A page of profiles becomes rows, in the caller's transaction; deleted ones are erased for good."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from smsreport_tui.rules.feed import Profile
from storage.by_keys import ByKeys
from storage.consent import settle_consent
from storage.erasure import erase_profile
from storage.find_index import Change, Indexed, note_changes
from storage.numbers import number_ids, number_token, recount_numbers
from storage.profile_numbers import keep_numbers
from storage.profile_tokens import note_numbers
from storage.profile_versions import PROFILE_COLUMNS, ProfileState
from storage.tables import PROFILE, Row, bulk, chunks, insert_row, update_row

# In the order of the fields of ProfileState.
_STATES = ByKeys(
    select(*(PROFILE.c[name] for name in ("gateway_id", "profile_id", "erased", "number_id", *PROFILE_COLUMNS))),
    PROFILE.c.gateway_id,
)
_INSERT = insert_row(PROFILE, "gateway_id", "erased", "opted_out", *PROFILE_COLUMNS)
_UPDATE = update_row(PROFILE, *PROFILE_COLUMNS)
_UPDATE_NUMBER = update_row(PROFILE, "number_id")


def store_profiles(connection: Connection, versions: Iterable[Profile], number_key: bytes) -> set[str]:
    """Store these versions; the ids of profiles that are new or another now."""
    page = list(versions)
    states = _states(connection, {version.id for version in page})
    numbers_before = {gateway_id: state.msisdn for gateway_id, state in states.items()}
    indexed_before = {gateway_id: _indexed(state) for gateway_id, state in states.items()}
    was_named = [state.profile_id for state in states.values() if state.profile_id is not None and not state.known]
    changed: set[str] = set()
    touched: set[str] = set()
    deleted: set[str] = set()
    for version in page:
        state = states.setdefault(version.id, ProfileState())
        before = state.row()
        if state.take(version, number_key):
            changed.add(version.id)
        if state.row() != before:
            touched.add(version.id)
        if version.deleted and not state.erased:
            deleted.add(version.id)
    changed |= deleted
    _write(connection, {gateway_id: states[gateway_id] for gateway_id in touched})
    keys = _keys(connection, touched | deleted)
    # All at once, who is erased too: any statement between makes FTS5 write out what it has gathered.
    changes = [
        Change(key, indexed_before.get(one, Indexed()), Indexed() if one in deleted else _indexed(states[one]))
        for one, key in keys.items()
    ]
    note_changes(connection, changes)
    note_numbers(connection, changes, number_key)
    settle_consent(connection, [keys[one] for one in touched])
    keep_numbers(connection, was_named, number_key)
    moved = {one: state for one, state in states.items() if one in touched and _moved(state, numbers_before.get(one))}
    _move_numbers(connection, moved, number_key)
    for one in sorted(deleted):
        erase_profile(connection, keys[one], number_key, indexed=False)
    recount_numbers(connection, _number_ids(connection, was_named))
    return changed


def _indexed(state: ProfileState) -> Indexed:
    return Indexed(state.name_folded, state.msisdn)


def _states(connection: Connection, ids: set[str]) -> dict[str, ProfileState]:
    rows = _STATES.rows(connection, sorted(ids))
    return {row[0]: ProfileState(*row[1:]) for row in rows}


def _write(connection: Connection, states: dict[str, ProfileState]) -> None:
    inserts: list[Row] = []
    updates: list[Row] = []
    for gateway_id, state in states.items():
        if state.profile_id is None:
            inserts.append((gateway_id, 0, 0, *state.row()))
        else:
            updates.append((*state.row(), state.profile_id))
    bulk(connection, _INSERT, ("gateway_id", "erased", "opted_out", *PROFILE_COLUMNS), inserts)
    bulk(connection, _UPDATE, (*PROFILE_COLUMNS, "key_profile_id"), updates)


def _keys(connection: Connection, ids: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunks(sorted(ids)):
        rows = connection.execute(
            select(PROFILE.c.gateway_id, PROFILE.c.profile_id).where(PROFILE.c.gateway_id.in_(some))
        )
        found.update({str(gateway_id): int(key) for gateway_id, key in rows})
    return found


def _moved(state: ProfileState, before: str | None) -> bool:
    """Whether the number that strikes are counted for is another one now."""
    if state.erased:
        return state.number_tie is not None
    return state.number_id is not None and state.msisdn != before


def _move_numbers(connection: Connection, states: dict[str, ProfileState], number_key: bytes) -> None:
    tokens: dict[int, bytes] = {}
    for state in states.values():
        token = state.number_tie if state.erased else number_token(number_key, state.msisdn or "")
        if state.profile_id is not None and token is not None:
            tokens[state.profile_id] = token
    ids = number_ids(connection, tokens.values())
    changes: list[Row] = [(ids[token], profile_id) for profile_id, token in tokens.items()]
    bulk(connection, _UPDATE_NUMBER, ("number_id", "key_profile_id"), changes)
    recount_numbers(connection, {state.number_id for state in states.values()} | set(ids.values()))


def _number_ids(connection: Connection, profiles: list[int]) -> set[int | None]:
    found: set[int | None] = set()
    for some in chunks(profiles):
        found.update(connection.scalars(select(PROFILE.c.number_id).where(PROFILE.c.profile_id.in_(some))))
    return found
