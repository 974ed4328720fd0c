"""The words of the profile screen: details, response by activity, website, timeline. Pure, so tested as tables."""

from collections.abc import Callable, Sequence

from smsreport_tui.rules.figures import Profile, ProfileActivity, Strike, TimelineEvent
from smsreport_tui.rules.formatting import credits as credits_text
from smsreport_tui.rules.formatting import local_time, thousands, zone_name
from smsreport_tui.rules.marks import mark_of, marked
from smsreport_tui.rules.outcomes import BUCKETS, Bucket, Outcome
from smsreport_tui.rules.persons import called
from smsreport_tui.rules.retry_figures import Retry
from smsreport_tui.rules.retry_words import next_step
from smsreport_tui.rules.text import mask, shown
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec
from widgets.details import Section

CodeWords = Callable[[str | None, str | None, str | None], str | None]

RESPONSE = (
    ColumnSpec("Activity", 12, 36),
    ColumnSpec("Outcome", 9, 12),
    ColumnSpec("Clicks", 5, 8, right=True),
    ColumnSpec("Sent", 16, 19, whole=True),
    ColumnSpec("Delivered", 16, 19, whole=True),
    ColumnSpec("Attempts", 6, 8, right=True, late=True),
)
WEBSITE = (
    ColumnSpec("Time", 19, 19),
    ColumnSpec("What", 9, 14),
    ColumnSpec("Page or link", 20, 70),
    ColumnSpec("Activity", 8, 24),
    ColumnSpec("Agent", 10, 60, late=True),
)
TIMELINE = (
    ColumnSpec("Time", 16, 19, whole=True),
    ColumnSpec("Event", 9, 14),
    ColumnSpec("Outcome", 9, 12),
    ColumnSpec("Raw code", 15, 44, whole=True),
    ColumnSpec("What", 24, 80),
    ColumnSpec("Activity", 8, 16, late=True),
)
WEBSITE_KINDS = frozenset({"clicked", "page_view"})
_TONES = {
    Bucket.DELIVERED: Tone.GOOD,
    Bucket.SOFT: Tone.WARN,
    Bucket.HARD: Tone.BAD,
    Bucket.REJECTED: Tone.BAD,
    Bucket.PENDING: Tone.DIM,
}


def number(msisdn: str | None, *, masked: bool) -> str:
    """A number as the screen shows it."""
    if msisdn is None:
        return "–"
    return shown(mask(msisdn) if masked else msisdn)


def title(profile: Profile) -> str:
    """The person's name, or what stands for it."""
    if profile.erased:
        return f"erased person {shown(profile.id)}"
    return shown(called(profile.name, profile.id), 500)


def state(profile: Profile) -> str:
    """What keeps this person from being sent to, in words."""
    words = []
    if profile.erased:
        words.append("erased")
    elif not profile.known:
        words.append("no record yet")
    if profile.opted_out:
        words.append("opted out")
    if profile.suppressed:
        words.append("suppressed")
    return " · ".join(words) or "sendable"


def details(profile: Profile, zone: str | None, *, masked: bool, words: CodeWords) -> tuple[Section, ...]:
    """Everything known about the person: who it is, whether it may be sent to, what else was told."""
    told = tuple((shown(name), _value(value)) for name, value in profile.attributes.items())
    tags = " · ".join(shown(tag) for tag in profile.tags)
    return (
        Section("Person", _person(profile, masked=masked)),
        Section("May be sent to", _standing(profile, zone, words)),
        Section("Tags and attributes", (("Tags", tags or "–"), *told)),
    )


def retries(waiting: Sequence[Retry], now: int, zone: str | None) -> Section | None:
    """What waits to be sent to the person again, by activity; None where nothing does."""
    rows = tuple(
        (shown(one.activity_name or one.activity, 24), f"attempt {one.attempt}: {next_step(one, now, zone)}")
        for one in waiting
    )
    return Section("Retries", rows) if rows else None


def _person(profile: Profile, *, masked: bool) -> tuple[tuple[str, str], ...]:
    gone = "erased" if profile.erased else "–"
    return (
        ("Id", shown(profile.id)),
        ("Name", shown(profile.name) if profile.name else gone),
        ("Number", gone if profile.msisdn is None else _marked_number(profile, masked=masked)),
        ("E-mail", shown(profile.email) if profile.email else gone),
        ("Time zone", shown(profile.timezone) if profile.timezone else "–"),
    )


def _standing(profile: Profile, zone: str | None, words: CodeWords) -> tuple[tuple[str, str], ...]:
    return (
        ("SMS consent", "given" if profile.sms_consent else "not given"),
        ("Opted out", "yes: unsubscribed, or no consent" if profile.opted_out else "no"),
        ("Suppressed", "yes: no message ever again" if profile.suppressed else "no"),
        ("Strikes", _strikes(profile)),
        *(("", _strike_line(strike, zone, words)) for strike in profile.strikes),
    )


def _marked_number(profile: Profile, *, masked: bool) -> str:
    mark = mark_of(len(profile.strikes), suppressed=profile.suppressed)
    return marked(number(profile.msisdn, masked=masked), mark)


def _strikes(profile: Profile) -> str:
    return f"{thousands(len(profile.strikes))} of 3" if profile.strikes else "none"


def _strike_line(strike: Strike, zone: str | None, words: CodeWords) -> str:
    code = _code(strike.vendor, strike.scheme, strike.code, words)
    return f"{local_time(strike.at, zone)} · {shown(strike.activity)} · {code}"


def _value(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(str(value))


def _code(vendor: str | None, scheme: str | None, code: str | None, words: CodeWords) -> str:
    origin = shown(" ".join(part for part in (vendor, scheme) if part))
    return " · ".join(part for part in (_named_code(vendor, scheme, code, words), origin) if part) or "–"


def _named_code(vendor: str | None, scheme: str | None, code: str | None, words: CodeWords) -> str:
    return shown(" ".join(part for part in (code, words(vendor, scheme, code)) if part))


def _outcome(outcome: Outcome | None) -> Cell:
    return Cell("–", Tone.DIM) if outcome is None else Cell(outcome.word, _TONES[BUCKETS[outcome]])


def _time(micros: int | None, zone: str | None) -> Cell:
    if micros is None:
        return Cell("–", Tone.DIM)
    full = local_time(micros, zone, with_zone=False)
    return Cell(full, short=full[:16])


def response_cells(activity: ProfileActivity, zone: str | None) -> tuple[Cell, ...]:
    """What became of the person in one activity, in the order of RESPONSE."""
    return (
        Cell(shown(activity.name or activity.activity), Tone.STRONG),
        _outcome(activity.outcome),
        Cell(thousands(activity.clicks)),
        _time(activity.sent_at, zone),
        _time(activity.delivered_at, zone),
        Cell(thousands(activity.attempts)),
    )


def website(profile: Profile) -> tuple[TimelineEvent, ...]:
    """Page views and clicks, newest first."""
    return tuple(event for event in reversed(profile.timeline) if event.kind in WEBSITE_KINDS)


def website_cells(event: TimelineEvent, zone: str | None) -> tuple[Cell, ...]:
    """One page view or click, in the order of WEBSITE."""
    place = " ".join(part for part in (event.link, event.title, event.url) if part)
    return (
        _time(event.at, zone),
        _what_happened(event),
        Cell(shown(place) or "–"),
        Cell(shown(event.activity) if event.activity else "–"),
        Cell(shown(event.user_agent) if event.user_agent else "–", Tone.DIM),
    )


def _what_happened(event: TimelineEvent) -> Cell:
    kind = shown(event.kind.replace("_", " "))
    return Cell(f"{kind} machine", Tone.DIM) if event.machine else Cell(kind)


def timeline_cells(event: TimelineEvent, zone: str | None, *, masked: bool, words: CodeWords) -> tuple[Cell, ...]:
    """One event, in the order of TIMELINE."""
    return (
        _time(event.at, zone),
        _what_happened(event),
        _outcome(event.outcome),
        _raw_code(event, words),
        Cell(_particulars(event, masked=masked)),
        Cell(shown(event.activity) if event.activity else "–"),
    )


def _raw_code(event: TimelineEvent, words: CodeWords) -> Cell:
    if event.code is None:
        return Cell("–", Tone.DIM)
    return Cell(
        _code(event.vendor, event.scheme, event.code, words),
        short=_named_code(event.vendor, event.scheme, event.code, words),
    )


def _particulars(event: TimelineEvent, *, masked: bool) -> str:
    parts = [
        event.reason,
        event.text,
        " ".join(part for part in (event.link, event.url) if part),
        f"part {event.part}/{event.parts or '?'}" if event.part is not None else None,
        f"attempt {event.attempt}" if event.attempt is not None else None,
        f"{credits_text(event.credits)} credits" if event.credits is not None else None,
    ]
    texts = [shown(part) for part in parts if part]
    if event.msisdn:
        texts.append(number(event.msisdn, masked=masked))
    return " · ".join(texts) or "–"


def event_facts(event: TimelineEvent, *, masked: bool) -> str:
    """Everything that the event told, in one paragraph of names and values."""
    facts = {
        "event": event.id,
        "message": event.message_id,
        "to": number(event.msisdn, masked=masked) if event.msisdn else None,
        "vendor": event.vendor,
        "code": " ".join(part for part in (event.scheme, event.code) if part),
        "bounce": event.bounce,
        "reason": event.reason,
        "text": event.text,
        "body": event.body,
        "title": event.title,
        "address": event.url,
        "agent": event.user_agent,
        "ip": event.ip,
        "country": event.country,
        "device": event.device,
    }
    return " · ".join(f"{name} {shown(value)}" for name, value in facts.items() if value)


def foot(section: str, zone: str | None, *, masked: bool) -> str:
    """The line under a section: where its times are, or how numbers stand."""
    if section != "details":
        return f"times in {zone_name(zone)}"
    return "The number is masked: m shows it in full" if masked else "The number stands in full: m masks it"
