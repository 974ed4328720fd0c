"""What `--json` prints, as plain values in the order of cli.md; scripts rely on every key."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from smsreport_tui.rules.amounts import format_credits
from smsreport_tui.rules.columns import Column, Kind, ListRow, TabPage, Value
from smsreport_tui.rules.figures import Activity, Counts, Curves, Profile, Report, TimelineEvent
from smsreport_tui.rules.parts import count_parts
from smsreport_tui.rules.retry_figures import Retry
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.rules.times import format_time

if TYPE_CHECKING:
    from smsreport_tui.rules.deeds import Deed
    from smsreport_tui.rules.marks import MarkedNumber
    from smsreport_tui.rules.reply_figures import ReplyFigure
    from smsreport_tui.services.doctor import Check
    from smsreport_tui.services.sync import SyncResult
    from smsreport_tui.services.worker import PassResult

Document = Mapping[str, Any]

# JSON may hold these as they are, and a terminal would act on them: as \u escapes they are the same text.
_ACTS_ON_A_TERMINAL = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def as_json(document: Document | Sequence[Document], *, one_line: bool = False) -> str:
    """One JSON text without a line end; text stands in it as plain UTF-8."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=None if one_line else 2)
    text = _LONE_SURROGATE.sub("\ufffd", text)
    return _ACTS_ON_A_TERMINAL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def activities_document(activities: Sequence[ActivitySummary]) -> list[Document]:
    """`smsreport activities`."""
    return [
        {
            "id": activity.id,
            "name": activity.name,
            "sender": activity.sender,
            "sent_at": _time(activity.sent_at),
            "sent": activity.sent,
            "delivered": activity.delivered,
            "unique_clicks": activity.unique_clicks,
            "unsubscribed": activity.unsubscribed,
        }
        for activity in activities
    ]


def report_document(report: Report) -> Document:
    """`smsreport report ACTIVITY`."""
    return {
        "activity": _activity(report.activity),
        "as_of": _time(report.as_of),
        "final": report.final,
        "open": report.open,
        **_recipients(report.counts, report.activity.excluded, report.quarantined),
        "clicks": report.counts.clicks,
        "unique_clicks": report.counts.unique_clicks,
        "machine_clicks": report.counts.machine_clicks,
        "unsubscribed": report.counts.unsubscribed,
        "total_credits": format_credits(report.total_credits),
        "retry_credits": format_credits(report.retry_credits),
        "rates": {
            "delivery": report.rates.delivery,
            "bounce": report.rates.bounce,
            "click": report.rates.click,
            "unsubscribe": report.rates.unsubscribe,
        },
        "links": [
            {"id": link.id, "url": link.url, "clicks": link.clicks, "unique_clicks": link.unique_clicks}
            for link in report.links
        ],
        "codes": [
            {
                "vendor": code.vendor,
                "scheme": code.scheme,
                "code": code.code,
                "outcome": code.outcome.word,
                "recipients": code.recipients,
            }
            for code in report.codes
        ],
    }


def _activity(activity: Activity) -> Document:
    return {
        "id": activity.id,
        "name": activity.name,
        "sender": activity.sender,
        "body": activity.body,
        "sent_at": _time(activity.sent_at),
        "status": activity.status,
        "sending_to": [{"kind": to.kind, "label": to.label, "match": to.match} for to in activity.sending_to],
        "parts": None if activity.body is None else len(count_parts(activity.body).parts),
    }


def _recipients(counts: Counts, excluded: int | None, quarantined: int) -> Document:
    return {
        "sent": counts.sent,
        "delivered": counts.delivered,
        "soft": counts.soft,
        "hard": counts.hard,
        "rejected": counts.rejected,
        "pending": counts.pending,
        "bounces": counts.bounces,
        "excluded": excluded,
        "erased": counts.erased,
        "quarantined": quarantined,
    }


def curve_document(activity: str, curves: Curves) -> Document:
    """`smsreport curve ACTIVITY`: the hours in which something happened, ascending; hour 0 begins at the sending."""
    delivered, clicked = dict(curves.delivered), dict(curves.clicked)
    return {
        "activity": activity,
        "hours": [
            {"hour": hour, "delivered": delivered.get(hour, 0), "first_clicks": clicked.get(hour, 0)}
            for hour in sorted(delivered.keys() | clicked.keys())
        ],
    }


def list_document(page: TabPage) -> Document:
    """`smsreport list ACTIVITY TAB`: the columns of the export, and the time that orders the rows."""
    return {"total": page.total, "rows": [_row(page.columns, row) for row in page.rows]}


def _row(columns: Sequence[Column], row: ListRow) -> Document:
    values = {column.name: _value(column, value) for column, value in zip(columns, row.values, strict=True)}
    return values | {"at": _time(row.at)}


def _value(column: Column, value: Value) -> Value:
    if isinstance(value, int):
        if column.kind is Kind.TIME:
            return format_time(value)
        if column.kind is Kind.CREDITS:
            return format_credits(value)
    return value


def profile_document(profile: Profile) -> Document:
    """`smsreport profile PROFILE`."""
    return {
        "id": profile.id,
        "msisdn": profile.msisdn,
        "name": profile.name,
        "email": profile.email,
        "attributes": profile.attributes,
        "tags": list(profile.tags),
        "strikes": len(profile.strikes),
        "suppressed": profile.suppressed,
        "opted_out": profile.opted_out,
        "erased": profile.erased,
        "activities": [
            {
                "activity": activity.activity,
                "outcome": None if activity.outcome is None else activity.outcome.word,
                "attempts": activity.attempts,
                "clicks": activity.clicks,
            }
            for activity in profile.activities
        ],
        "timeline": [_event(event) for event in profile.timeline],
    }


def _event(event: TimelineEvent) -> Document:
    """Time, kind and activity of an event, then what else is known of it."""
    document: dict[str, Any] = {"at": format_time(event.at), "kind": event.kind, "activity": event.activity}
    for field in fields(event):
        value = getattr(event, field.name)
        if field.name in document or value is None:
            continue
        if field.name == "outcome":
            document["outcome"] = event.outcome.word if event.outcome is not None else None
        elif field.name == "credits":
            document["credits"] = format_credits(value)
        else:
            document[field.name] = value
    return document


def strikes_document(numbers: "Sequence[MarkedNumber]") -> list[Document]:
    """`smsreport strikes`; the number is null where only its token is known."""
    return [
        {
            "msisdn": number.msisdn,
            "strikes": len(number.strikes),
            "suppressed": number.suppressed,
            "history": [
                {
                    "activity": strike.activity,
                    "at": format_time(strike.at),
                    "vendor": strike.vendor,
                    "scheme": strike.scheme,
                    "code": strike.code,
                }
                for strike in number.strikes
            ],
        }
        for number in numbers
    ]


def sync_document(result: "SyncResult") -> Document:
    """`smsreport sync`."""
    return {
        "activities": result.activities,
        "profiles": result.profiles,
        "events": result.events,
        "duplicates": result.duplicates,
        "quarantined": result.quarantined,
        "seconds": round(result.seconds, 3),
    }


def retry_document(retry: Retry) -> Document:
    """One row of `smsreport retries`."""
    return {
        "activity": retry.activity,
        "profile": retry.profile,
        "attempt": retry.attempt,
        "due_at": _time(retry.due_at),
        "deadline": _time(retry.deadline),
        "state": retry.state.value,
    }


def deed_document(deed: "Deed") -> Document:
    """One row of `smsreport audit`."""
    return {
        "at": format_time(deed.at),
        "account": deed.account,
        "host": deed.host,
        "action": deed.action,
        "details": deed.details,
    }


def reply_document(reply: "ReplyFigure") -> Document:
    """One row of `smsreport replies`; number and text are null of an erased person."""
    return {
        "event": reply.event,
        "at": format_time(reply.at),
        "activity": reply.activity,
        "profile": reply.profile,
        "msisdn": reply.msisdn,
        "text": reply.text,
        "meaning": reply.meaning,
        "state": None if reply.state is None else reply.state.value,
        "decided_at": _time(reply.decided_at),
    }


def pass_document(result: "PassResult") -> Document:
    """One line of `smsreport worker`."""
    return {
        "synced": result.synced,
        "due": result.due,
        "sent": result.sent,
        "held": result.held,
        "postponed": result.postponed,
        "suppressed": result.suppressed,
    }


def doctor_document(checks: "Sequence[Check]") -> Document:
    """`smsreport doctor`; a check's `ok` is null where it warns."""
    return {
        "ok": all(check.ok is not False for check in checks),
        "checks": [{"name": check.name, "ok": check.ok, "text": check.text} for check in checks],
    }


def _time(micros: int | None) -> str | None:
    return None if micros is None else format_time(micros)
