"""What the reminder's screen says of its segments, its text and its people."""

from enum import StrEnum

from screens.report_text import encoding
from smsreport_tui.rules import formatting
from smsreport_tui.rules.formatting import NOTHING, count_of, local_time, thousands, zone_name
from smsreport_tui.rules.parts import Parts, count_parts
from smsreport_tui.rules.reminder_words import left_out
from smsreport_tui.rules.reminders import LONGEST_BODY, Checklist, Reach
from smsreport_tui.rules.segment_figures import StoredSegment
from smsreport_tui.rules.text import shown
from smsreport_tui.rules.week_hours import DAY
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec

SPECS = (
    ColumnSpec("Segment", 16, 60),
    ColumnSpec("Use", 9, 9),
    ColumnSpec("People", 7, 12, right=True),
)
NO_SEGMENT = "Choose at least one segment to include: i takes the one under the cursor in."
AT_WORK = "It is being worked on: wait for the answer."
IS_SENT = "It is sent: leave with Esc, and begin another one."
BEING_SENT = "It is being sent: wait for the answer."
NOT_KNOWN = "How the sending ended is not known: the same reminder again finds out, and nothing is sent twice."
NOT_READ = "What the check has told can not be read; nothing was sent."


class Use(StrEnum):
    """What is done with the people of a segment."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


class Hours(StrEnum):
    """At what hours it may be sent."""

    ALLOWED = "allowed"
    ANY = "any"


HOURS = {Hours.ALLOWED: "allowed", Hours.ANY: "any hour"}
ANY_HOUR = "At any hour: it is sent also to people for whom it is no allowed hour then."
ALLOWED_HOURS = "In allowed hours: it is not sent while it would reach somebody outside the hours of the configuration."


def when_hint(now: int, zone: str | None) -> str:
    """What may be written as the time of the sending."""
    return f"now, or such as {local_time(now + DAY, zone, with_zone=False)[:10]} 09:00"


def when_tooltip(zone: str | None) -> str:
    """By which clock it is read."""
    return f"Empty: at once. Else a time in {zone_name(zone)}, or one such as 2026-03-02T09:00:00+01:00"


def cells(segment: StoredSegment, use: Use | None) -> tuple[Cell, ...]:
    """One segment, in the order of SPECS; its people as they were last counted."""
    people = segment.sizes[-1][1] if segment.sizes else None
    tone = {None: Tone.DIM, Use.INCLUDE: Tone.GOOD, Use.EXCLUDE: Tone.WARN}[use]
    return (
        Cell(shown(segment.name), Tone.STRONG if use else Tone.PLAIN),
        Cell(NOTHING if use is None else f"{'+' if use is Use.INCLUDE else '−'} {use.value}", tone),
        Cell(NOTHING if people is None else thousands(people)),
    )


def counted(body: str) -> Parts | None:
    """The text part by part; None for one that no gateway takes, which is not worth the counting at every key."""
    return count_parts(body) if len(body) <= LONGEST_BODY else None


def text_line(body: str, parts: Parts | None) -> str:
    """Characters, parts and encoding."""
    characters = count_of(len(body), "character")
    if parts is None:
        return f"{characters}: a gateway takes at most {thousands(LONGEST_BODY)}"
    return f"{characters} · {encoding(parts)}"


def reach_line(reach: Reach | None, parts: Parts | None, *, chosen: bool) -> str:
    """People and cost, as far as the store can tell."""
    if not chosen:
        return NO_SEGMENT
    if reach is None:
        return "People are counted …"
    cost = reach.cost(len(parts.parts)) if parts else None
    price = "the cost is not known" if cost is None else f"about {formatting.credits(cost)} credits"
    return f"{count_of(reach.audience.people, 'person')}{left_out(reach.audience)} · {price}"


def question(checklist: Checklist, zone: str | None) -> tuple[str, ...]:
    """The lines of the question before it is sent."""
    people = count_of(checklist.audience.people, "person")
    cost = "at a cost that is not known" if checklist.cost is None else f"for about {_credits(checklist.cost)}"
    balance = "" if checklist.balance is None else f"; the gateway has {_credits(checklist.balance)}"
    parts = f"{count_of(checklist.parts, 'part')} to each, {thousands(checklist.messages)} in all"
    draft = checklist.draft
    when = "at once" if draft.send_at is None else f"at {local_time(draft.send_at, zone)}"
    return (
        f"“{shown(draft.name)}” goes from {shown(draft.sender)} to {people} {cost}, {when}{balance}.",
        f"It has {parts}. What is sent can not be called back.",
        *(f"Note: {sentence}" for sentence in checklist.warns),
    )


def _credits(units: int) -> str:
    return f"{formatting.credits(units)} credits"


def pushed(done: int, total: int) -> str:
    """How far the people of a segment have been handed over."""
    return f"Checking: {thousands(done)} of {thousands(total)} people of a segment at the gateway. Esc cancels."


def sent(activity_id: str, people: int, send_at: int | None, zone: str | None) -> str:
    """What stands there until the report opens."""
    to = count_of(people, "person")
    known = f"activity {shown(activity_id)}. Its report opens here as soon as it has arrived."
    return f"Sent to {to} as {known}" if send_at is None else f"Goes to {to} at {local_time(send_at, zone)} as {known}"
