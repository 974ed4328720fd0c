"""A recipient as its table keeps it, and what it adds to the counters."""

from enum import IntEnum
from typing import NamedTuple

from smsreport_tui.rules.attempts import RETRY_WINDOW
from smsreport_tui.rules.clock import MINUTE
from smsreport_tui.rules.fold import RecipientFold
from smsreport_tui.rules.outcomes import BOUNCED, BUCKETS, Bucket, Outcome


class RecipientRow(NamedTuple):
    """The columns of `recipient`, in order."""

    activity_id: int
    profile_id: int
    profile_key: str
    outcome: int | None
    sent_at: int | None
    delivered_at: int | None
    attempts: int
    credits: int | None
    retry_credits: int
    bounced_at: int | None
    deciding_event: int | None
    vendor: str | None
    scheme: str | None
    code: str | None
    retry_due_at: int | None
    retry_until: int | None
    clicks: int
    machine_clicks: int
    first_click_at: int | None
    last_click_at: int | None
    first_any_at: int | None
    last_any_at: int | None
    unsubscribed_at: int | None
    tab_delivered_at: int | None
    pending_since: int | None
    under_way_since: int | None
    retry_number: int | None


FIGURES = (
    "sent",
    *(bucket.value for bucket in Bucket),
    "clicks",
    "machine_clicks",
    "unique_clicks",
    "unique_any",
    "unsubscribed",
    "erased",
    "credits",
    "retry_credits",
    "credit_recipients",
)
_NOWHERE = (0,) * (1 + len(Bucket))
_PLACES = {int(one): (1, *(int(bucket is BUCKETS[one]) for bucket in Bucket)) for one in Outcome}

CodeKey = tuple[int, int, str, str, str]
CurveKey = tuple[int, int, int]

SLOT = 5 * MINUTE
"""The steps of the curves: fine enough for the first hour, few enough for a month."""


class CurveKind(IntEnum):
    """What a curve counts; the numbers stand in the store."""

    DELIVERED = 0
    FIRST_CLICK = 1
    FIRST_CLICK_OF_ANY = 2


def recipient_row(activity_id: int, profile_id: int, profile_key: str, fold: RecipientFold) -> RecipientRow:
    """The row of one folded recipient."""
    deciding = fold.deciding if fold.outcome in BOUNCED else None
    delivered = fold.outcome is Outcome.DELIVERED
    pending = fold.outcome is Outcome.PENDING
    return RecipientRow(
        activity_id=activity_id,
        profile_id=profile_id,
        profile_key=profile_key,
        outcome=None if fold.outcome is None else int(fold.outcome),
        sent_at=fold.sent_at,
        delivered_at=fold.delivered_at,
        attempts=fold.attempts,
        credits=fold.credits,
        retry_credits=fold.retry_credits,
        bounced_at=deciding.at if deciding else None,
        # One that has timed out was decided by no event.
        deciding_event=deciding.key or None if deciding else None,
        vendor=deciding.vendor if deciding else None,
        scheme=deciding.scheme if deciding else None,
        code=deciding.code if deciding else None,
        retry_due_at=fold.retry_due_at,
        retry_until=fold.sent_at + RETRY_WINDOW if fold.retry_due_at is not None and fold.sent_at is not None else None,
        clicks=fold.clicks,
        machine_clicks=fold.machine_clicks,
        first_click_at=fold.first_click_at,
        last_click_at=fold.last_click_at,
        first_any_at=fold.first_any_at,
        last_any_at=fold.last_any_at,
        unsubscribed_at=fold.unsubscribed_at,
        tab_delivered_at=fold.delivered_at if delivered else None,
        pending_since=fold.sent_at if pending else None,
        under_way_since=fold.sent_at if fold.under_way and not pending and not delivered else None,
        retry_number=fold.next_attempt or None,
    )


def figures(row: RecipientRow, *, erased: bool) -> tuple[int, ...]:
    """What the recipient adds to `activity_counts`, in the order of FIGURES."""
    place = _NOWHERE if row.outcome is None else _PLACES[row.outcome]
    return (
        *place,
        row.clicks,
        row.machine_clicks,
        int(row.clicks > 0),
        int(row.clicks + row.machine_clicks > 0),
        int(row.unsubscribed_at is not None),
        int(erased and row.outcome is not None),
        row.credits or 0,
        row.retry_credits,
        int(row.credits is not None),
    )


def code_key(row: RecipientRow) -> CodeKey | None:
    """Where a bounced recipient stands in `code_count`."""
    if row.outcome is None or row.bounced_at is None:
        return None
    return row.activity_id, row.outcome, row.vendor or "", row.scheme or "", row.code or ""


def pending_key(row: RecipientRow) -> tuple[int, int] | None:
    """Where a pending recipient stands in `pending_minute`."""
    return None if row.pending_since is None else (row.activity_id, row.pending_since // MINUTE)


def curve_keys(row: RecipientRow) -> list[CurveKey]:
    """Where a recipient stands in `activity_curve`: at its delivery, its first click as a person, its first click."""
    times = (row.tab_delivered_at, row.first_click_at, row.first_any_at)
    return [
        (row.activity_id, int(kind), at // SLOT) for kind, at in zip(CurveKind, times, strict=True) if at is not None
    ]
