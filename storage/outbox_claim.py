"""Claims due attempts: every rule is asked once more, and the row stands before its request leaves (rules.md 5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, or_, select

from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.attempts import RETRY_WAIT, RETRY_WINDOW, SendState
from smsreport_tui.rules.fold import EventFact, RecipientFold
from smsreport_tui.rules.marks import is_suppressed
from storage.due_attempts import Pair, lock_due
from storage.numbers import number_ids, number_token
from storage.outbox import Key, hold_attempt, put_attempt
from storage.refold import fold_recipients, refold
from storage.sends import Send, read_sends
from storage.tables import ACTIVITY, ATTEMPT, EVENT, NUMBER, PROFILE, bulk, chunks, insert_row
from storage.tables import Row as StoredRow

_CLAIMED = (
    "activity_id",
    "profile_id",
    "attempt",
    "state",
    "source_id",
    "holder",
    "until",
    "requested_at",
    "number_id",
    "msisdn",
    "sender",
    "body",
)
_CLAIM = insert_row(ATTEMPT, *_CLAIMED)


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims, for which gateway, until when, and under which allowed hours."""

    source_id: int
    holder: str
    now: int
    until: int
    number_key: bytes
    allowed_hours: AllowedHours


@dataclass(frozen=True, slots=True)
class Claimed:
    """An attempt to be sent, as its request must say it; `key` is where it stands in the outbox.

    It may leave from `claimed_at` to `last_at`, both included, within `hours`.
    """

    key: Key
    claimed_at: int
    last_at: int
    hours: AllowedHours
    timezone: str | None
    activity_id: str
    profile_id: str
    msisdn: str
    sender: str | None
    body: str

    def may_leave(self, now: int) -> bool:
        """Whether the clock still allows it: it may have gone on, or have been set, since the claim."""
        if not self.claimed_at <= now <= self.last_at:
            return False
        return self.hours.opens_at(now, now, timezone=self.timezone, msisdn=self.msisdn) == now


@dataclass(slots=True)
class Claims:
    """What became of the recipients that were looked at."""

    claimed: list[Claimed] = field(default_factory=list)
    held: int = 0
    postponed: int = 0
    suppressed: int = 0


def claim(connection: Connection, pairs: Iterable[Pair], claimant: Claimant) -> Claims:
    """Claim the attempts of these recipients that are still due; the others are held, or stay as they are.

    Those that another worker is claiming are left to it, without waiting for it.
    """
    result = Claims()
    by_activity: dict[int, list[int]] = {}
    for pair in pairs:
        by_activity.setdefault(pair.activity, []).append(pair.profile)
    touched: set[tuple[int, int]] = set()
    for activity, profiles in by_activity.items():
        for some in chunks(profiles):
            touched |= _Round(connection, activity, claimant, result).claim(some)
    refold(connection, touched)
    return result


class _Round:
    """The recipients of one activity, looked at together."""

    def __init__(self, connection: Connection, activity: int, claimant: Claimant, result: Claims) -> None:
        self._connection = connection
        self._activity = activity
        self._claimant = claimant
        self._result = result
        self._new: list[StoredRow] = []
        self._numbers: dict[str, int] = {}
        self._suppressed: set[int] = set()
        self._just_sent: dict[int, set[int]] = {}

    def claim(self, profiles: list[int]) -> set[tuple[int, int]]:
        """The recipients whose attempts have changed."""
        profiles = lock_due(self._connection, self._activity, profiles, self._claimant.now)
        sends = read_sends(self._connection, self._activity, profiles)
        facts = {profile: [one.fact for one in some] for profile, some in sends.items()}
        folds = fold_recipients(self._connection, self._activity, profiles, facts)
        due = self._due(self._people(profiles), folds, sends)
        self._read_numbers([one.request.msisdn for one in due if one.request.msisdn is not None])
        touched = {(self._activity, one.key.profile) for one in due if self._take(one)}
        bulk(self._connection, _CLAIM, _CLAIMED, self._new)
        return touched

    def _due(self, people: list[Any], folds: dict[int, RecipientFold], sends: dict[int, list[Send]]) -> list["_Due"]:
        """Those of them whose attempt is due, with the request that it would make."""
        events = self._first_events(folds)
        found: list[_Due] = []
        for person in people:
            fold = folds.get(person.profile_id)
            if fold is None or not self._is_due(fold):
                continue
            to, body = _first_number(events, fold), _first_body(events, fold)
            state = next(
                (one.state for one in sends.get(person.profile_id, []) if one.number == fold.next_attempt), None
            )
            key = Key(self._activity, person.profile_id, fold.next_attempt)
            request = _Request(to or person.msisdn, person.sender or None, body or person.body)
            if state == SendState.RELEASED:
                request = self._as_it_was(key) or request
            found.append(_Due(key, person, (fold.sent_at or 0) + RETRY_WINDOW, request, state))
        return found

    def _read_numbers(self, numbers: list[str]) -> None:
        """What the store knows of these numbers: suppressed, and who was sent a retry to each in the last hour."""
        tokens = {number: number_token(self._claimant.number_key, number) for number in numbers}
        ids = number_ids(self._connection, tokens.values())
        self._numbers = {number: ids[token] for number, token in tokens.items()}
        rows = self._connection.execute(select(NUMBER).where(NUMBER.c.number_id.in_(ids.values())))
        self._suppressed = {row.number_id for row in rows if is_suppressed(row.strikes, row.refused)}
        # It left after it was requested, and before it was accepted or held.
        hour_ago = self._claimant.now - RETRY_WAIT
        left = [ATTEMPT.c[name] > hour_ago for name in ("requested_at", "accepted_at", "held_at")]
        recently = (
            ATTEMPT.c.activity_id == self._activity,
            ATTEMPT.c.number_id.in_(ids.values()),
            ATTEMPT.c.requested_at.is_not(None),
            or_(ATTEMPT.c.state == int(SendState.SENDING), *left),
        )
        self._just_sent = {}
        for number, profile in self._connection.execute(
            select(ATTEMPT.c.number_id, ATTEMPT.c.profile_id).where(*recently)
        ):
            self._just_sent.setdefault(number, set()).add(profile)

    def _is_due(self, fold: RecipientFold) -> bool:
        now = self._claimant.now
        due = fold.retry_due_at
        return due is not None and not fold.held and due <= now <= (fold.sent_at or 0) + RETRY_WINDOW

    def _people(self, profiles: list[int]) -> list[Any]:
        columns = [PROFILE.c[name] for name in ("profile_id", "gateway_id", "msisdn", "timezone")]
        about = (ACTIVITY.c.gateway_id.label("activity"), ACTIVITY.c.sender, ACTIVITY.c.body)
        statement = (
            select(*columns, *about)
            .join(ACTIVITY, ACTIVITY.c.activity_id == self._activity)
            .where(
                PROFILE.c.profile_id.in_(profiles),
                and_(PROFILE.c.known == 1, PROFILE.c.erased == 0, PROFILE.c.opted_out == 0),
            )
        )
        found: dict[int, Any] = {row.profile_id: row for row in self._connection.execute(statement)}
        return [found[profile] for profile in profiles if profile in found]

    def _first_events(self, folds: dict[int, RecipientFold]) -> dict[int, Row[Any]]:
        """Number and text of the events of first attempts, by their key."""
        keys = [event.key for fold in folds.values() for event in fold.receipts.get(1, [])]
        found: dict[int, Row[Any]] = {}
        for some in chunks(keys):
            columns = select(EVENT.c.event_key, EVENT.c.msisdn, EVENT.c.body, EVENT.c.kind)
            rows = self._connection.execute(columns.where(EVENT.c.event_key.in_(some)))
            found.update({row.event_key: row for row in rows})
        return found

    def _as_it_was(self, key: Key) -> "_Request | None":
        """The request that may have been accepted already: the same key must come with the same body."""
        columns = (ATTEMPT.c.msisdn, ATTEMPT.c.sender, ATTEMPT.c.body)
        row = self._connection.execute(
            select(*columns).where(
                ATTEMPT.c.activity_id == key.activity,
                ATTEMPT.c.profile_id == key.profile,
                ATTEMPT.c.attempt == key.attempt,
                ATTEMPT.c.requested_at.is_not(None),
                ATTEMPT.c.body.is_not(None),
            )
        ).first()
        return None if row is None else _Request(*row)

    def _take(self, one: "_Due") -> bool:
        """Write the attempt down, or hold it; False when nothing has changed."""
        key, person, (msisdn, sender, body) = one.key, one.person, one.request
        released = one.state == SendState.RELEASED
        if msisdn is None or not body:
            return self._hold(key, "its number is not known" if msisdn is None else "its text is not known")
        number = self._numbers[msisdn]
        if number in self._suppressed:
            self._result.suppressed += 1
            return False
        if not released and msisdn != person.msisdn:
            return self._hold(key, "another number now", number)
        claimed = Claimed(
            key,
            self._claimant.now,
            one.last_at,
            self._claimant.allowed_hours,
            person.timezone,
            person.activity,
            person.gateway_id,
            msisdn,
            sender,
            body,
        )
        if not claimed.may_leave(self._claimant.now) or self._just_sent.get(number, set()) - {key.profile}:
            self._result.postponed += 1
            return False
        self._write(one, claimed, number)
        self._just_sent.setdefault(number, set()).add(key.profile)
        self._result.claimed.append(claimed)
        return True

    def _write(self, one: "_Due", claimed: Claimed, number: int) -> None:
        by, about = self._claimant, (number, claimed.msisdn, claimed.sender, claimed.body)
        row = (*one.key, int(SendState.SENDING), by.source_id, by.holder, by.until, by.now, *about)
        if one.state is None:
            self._new.append(row)
        else:
            put_attempt(self._connection, one.key, **dict(zip(_CLAIMED[3:], row[3:], strict=True)))

    def _hold(self, key: Key, reason: str, number: int | None = None) -> bool:
        hold_attempt(self._connection, key, self._claimant.source_id, reason, self._claimant.now, number_id=number)
        self._result.held += 1
        return True


class _Request(NamedTuple):
    msisdn: str | None
    sender: str | None
    body: str | None


class _Due(NamedTuple):
    key: Key
    person: Row[Any]
    last_at: int
    request: _Request
    state: int | None


def _in_order(fold: RecipientFold) -> list[EventFact]:
    return sorted(fold.receipts.get(1, []), key=lambda event: (event.at, event.id))


def _first_number(events: dict[int, Row[Any]], fold: RecipientFold) -> str | None:
    """The number that the first attempt went to, by its earliest receipt that names one."""
    return next((found for event in _in_order(fold) if (found := events[event.key].msisdn) is not None), None)


def _first_body(events: dict[int, Row[Any]], fold: RecipientFold) -> str | None:
    """The text as it went out, where it differs from the activity's."""
    sent = (events[event.key] for event in _in_order(fold) if event.kind == "sent")
    return next((row.body for row in sent if row.body), None)
