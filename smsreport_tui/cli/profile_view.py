"""One person for people: details, response by activity, bounces and strikes, every event."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, facts, fitted
from smsreport_tui.rules.figures import Profile, ProfileActivity, Strike, TimelineEvent
from smsreport_tui.rules.formatting import NOTHING, count_of, local_time, thousands, zone_name
from smsreport_tui.rules.formatting import credits as credits_text
from smsreport_tui.rules.marks import mark_of, marked
from smsreport_tui.rules.text import mask, shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_ACTIVITIES = (
    Heading("Activity", folds=20),
    Heading("Name", spare=1, folds=32),
    Heading("Outcome"),
    Heading("Attempts", number=True),
    Heading("Clicks", number=True),
    Heading("Sent"),
    Heading("Delivered"),
)
_STRIKES = (Heading("Strike at"), Heading("Activity"), Heading("Vendor"), Heading("Scheme"), Heading("Code"))
_TIMELINE = (
    Heading("Time"),
    Heading("Event"),
    Heading("Activity", folds=20),
    Heading("Outcome"),
    Heading("Details", folds=80),
)


def profile_view(console: "Console", profile: Profile, zone: str) -> "Iterator[RenderableType]":
    """The parts of the view, top to bottom; times in the operator's zone."""
    from rich.text import Text

    yield Text(_title(profile), style="bold")
    yield facts(_details(profile))
    if profile.activities:
        yield Text()
        yield fitted(console, _ACTIVITIES, [_response(activity, zone) for activity in profile.activities])
    if profile.strikes:
        yield Text()
        yield fitted(console, _STRIKES, [_strike(strike, zone) for strike in profile.strikes])
    if profile.timeline:
        yield Text()
        yield fitted(console, _TIMELINE, [_event(event, zone) for event in profile.timeline])
    yield Text(f"{count_of(len(profile.timeline), 'event')} · times in {zone_name(zone)}")


def _title(profile: Profile) -> str:
    if profile.erased:
        return "erased"
    return shown(profile.name or profile.id)


def _details(profile: Profile) -> list[tuple[str, str]]:
    states = [
        *(["erased"] if profile.erased else []),
        *(["suppressed"] if profile.suppressed else []),
        *(["opted out"] if profile.opted_out else []),
        *([] if profile.known else ["the gateway has sent no record yet"]),
    ]
    return [
        ("Id", shown(profile.id)),
        ("Number", _number(profile) if profile.msisdn else NOTHING),
        ("E-mail", _text(profile.email)),
        ("Time zone", _text(profile.timezone)),
        ("Tags", ", ".join(shown(tag) for tag in profile.tags) or NOTHING),
        *((shown(name), shown(_attribute(value))) for name, value in profile.attributes.items()),
        ("Strikes", thousands(len(profile.strikes))),
        ("State", ", ".join(states) or "reachable"),
    ]


def _number(profile: Profile) -> str:
    mark = mark_of(len(profile.strikes), suppressed=profile.suppressed)
    return marked(shown(mask(profile.msisdn or "")), mark)


def _attribute(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _response(activity: ProfileActivity, zone: str) -> tuple[str, ...]:
    return (
        shown(activity.activity),
        _text(activity.name),
        NOTHING if activity.outcome is None else activity.outcome.word,
        thousands(activity.attempts),
        thousands(activity.clicks),
        local_time(activity.sent_at, zone, with_zone=False),
        local_time(activity.delivered_at, zone, with_zone=False),
    )


def _strike(strike: Strike, zone: str) -> tuple[str, ...]:
    when = local_time(strike.at, zone, with_zone=False)
    return (when, shown(strike.activity), _text(strike.vendor), _text(strike.scheme), _text(strike.code))


def _event(event: TimelineEvent, zone: str) -> tuple[str, ...]:
    return (
        local_time(event.at, zone, with_zone=False),
        shown(event.kind),
        _text(event.activity),
        NOTHING if event.outcome is None else event.outcome.word,
        _particulars(event),
    )


def _particulars(event: TimelineEvent) -> str:
    words = [
        " ".join(part for part in (event.vendor, event.scheme, event.code) if part),
        event.reason,
        event.text,
        " ".join(part for part in (event.link, event.url) if part),
        "by a machine" if event.machine else None,
        f"part {event.part} of {event.parts}" if event.part is not None else None,
        f"attempt {event.attempt}" if event.attempt is not None else None,
        f"{credits_text(event.credits)} credits" if event.credits is not None else None,
        mask(event.msisdn) if event.msisdn else None,
    ]
    return " · ".join(shown(word) for word in words if word) or NOTHING


def _text(text: str | None) -> str:
    return shown(text) if text else NOTHING
