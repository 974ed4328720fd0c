"""Segments as rows: how many people, what has changed since somebody looked, where each is used, how it grew."""

from dataclasses import dataclass

from smsreport_tui.rules.formatting import NOTHING, ago, local_time, thousands
from smsreport_tui.rules.segment_figures import StoredSegment
from smsreport_tui.rules.segment_words import ActivityName, sentence
from smsreport_tui.rules.text import shown
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec
from widgets.curve import spark

_CURVE_CELLS = 12
_LONGEST_SENTENCE = 400
SPECS = (
    ColumnSpec("Segment", 14, 48),
    ColumnSpec("People", 6, 12, right=True),
    ColumnSpec("Change", 6, 24),
    ColumnSpec("Kind", 7, 17),
    ColumnSpec("Sizes", 6, _CURVE_CELLS),
    ColumnSpec("Used by", 8, 60),
)


@dataclass(frozen=True, slots=True)
class Look:
    """A segment, its people now where they are counted already, and when how many were last seen."""

    segment: StoredSegment
    people: int | None
    fault: str | None
    seen_people: int | None
    seen_at: int | None


def cells(look: Look, now: int, zone: str | None) -> tuple[Cell, ...]:
    """One segment, in the order of SPECS."""
    segment = look.segment
    number = "!" if look.fault else "…" if look.people is None else thousands(look.people)
    return (
        Cell(shown(segment.name), Tone.STRONG),
        Cell(number, Tone.BAD if look.fault else Tone.PLAIN),
        _change(look, now),
        _kind(segment, zone),
        Cell(spark([people for _, people in segment.sizes], _CURVE_CELLS), Tone.INFO),
        Cell(shown(_uses(segment)) or NOTHING, Tone.DIM),
    )


def _change(look: Look, now: int) -> Cell:
    if look.people is None:
        return Cell("" if look.fault else "counting …", Tone.DIM, short="…")
    if look.seen_people is None or look.seen_at is None:
        return Cell("new", Tone.DIM)
    more = look.people - look.seen_people
    since = ago(now, look.seen_at)
    if not more:
        return Cell(f"none since {since}", Tone.DIM, short="none")
    words = f"{'+' if more > 0 else '−'}{thousands(abs(more))}"
    return Cell(f"{words} since {since}", Tone.INFO, short=words)


def _kind(segment: StoredSegment, zone: str | None) -> Cell:
    if segment.frozen_at is None:
        return Cell("dynamic")
    return Cell(f"frozen {local_time(segment.frozen_at, zone, with_zone=False)[:10]}", Tone.DIM, short="frozen")


def _uses(segment: StoredSegment) -> str:
    pushed = [f"gateway ({push.purpose.value})" for push in segment.pushed if push.pushed_at is not None]
    return ", ".join([*segment.used_by, *pushed])


def about(look: Look, zone: str | None, name_of: ActivityName) -> str:
    """All that is known of the segment under the cursor: a column may be too narrow for it."""
    segment = look.segment
    if look.fault:
        return f"! {look.fault}"
    words = shown(sentence(segment.where, name_of), _LONGEST_SENTENCE)
    frozen = "" if segment.frozen_at is None else f"Frozen {local_time(segment.frozen_at, zone)}. "
    uses = f" Used by {shown(_uses(segment), _LONGEST_SENTENCE)}." if _uses(segment) else ""
    return f"{frozen}{words}{uses}"
