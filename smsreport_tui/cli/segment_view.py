"""Segments for people."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, facts, fitted
from smsreport_tui.rules.formatting import NOTHING, count_of, local_time, thousands
from smsreport_tui.rules.segment_figures import Comparison, People, StoredSegment, Verdict, Waterfall, Why
from smsreport_tui.rules.segment_words import ActivityName, sentence, tree_words, verdict_words
from smsreport_tui.rules.text import mask, shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_LIST = (
    Heading("Segment", folds=40),
    Heading("People", number=True),
    Heading("Mode"),
    Heading("Used by", spare=1, folds=32),
)
_PEOPLE = (Heading("Profile"), Heading("Name", folds=32), Heading("Number"), Heading("E-mail", spare=1, folds=32))
STEPS = {
    "opted_out": "opted out",
    "suppressed": "number suppressed",
    "erased": "erased",
    "no_email": "no e-mail address",
}
"""Why people are left out, in words."""


def list_view(
    console: "Console", found: Sequence[tuple[StoredSegment, int]], zone: str | None
) -> "Iterator[RenderableType]":
    """The segments with how many people are in each now."""
    from rich.text import Text

    if not found:
        yield Text("There is no segment yet: `smsreport segment create NAME --from ACTIVITY TAB` makes one.")
        return
    yield fitted(console, _LIST, [_row(one, people, zone) for one, people in found])
    yield Text(count_of(len(found), "segment"))


def _row(one: StoredSegment, people: int, zone: str | None) -> tuple[str, ...]:
    mode = "dynamic" if one.frozen_at is None else f"frozen {local_time(one.frozen_at, zone)}"
    return shown(one.name), thousands(people), mode, ", ".join(map(shown, one.used_by)) or NOTHING


def segment_view(one: StoredSegment, zone: str | None, name_of: ActivityName) -> "Iterator[RenderableType]":
    """One segment and its conditions in words."""
    from rich.text import Text

    pairs = [("Segment", shown(one.name))]
    if one.frozen_at is not None:
        pairs.append(("Frozen", f"{local_time(one.frozen_at, zone)}: the people of whom this held then"))
    pairs.append(("Changed", local_time(one.changed_at, zone)))
    if one.used_by:
        pairs.append(("Used by", ", ".join(map(shown, one.used_by))))
    pairs.extend(
        (f"At the gateway to {push.purpose}", _pushed(push.gateway_id, push.pushed_at, push.people, zone))
        for push in one.pushed
    )
    yield facts(pairs)
    yield Text("\n".join(tree_words(one.where, name_of)))
    yield Text(sentence(one.where, name_of))


def _pushed(gateway_id: str, at: int | None, people: int | None, zone: str | None) -> str:
    if at is None or people is None:
        return f"{shown(gateway_id)}, begun and not finished: push it again"
    return f"{shown(gateway_id)}, {count_of(people, 'person')}, {local_time(at, zone)}"


def people_view(console: "Console", people: People) -> "Iterator[RenderableType]":
    """Some of the people, and how many there are; numbers are masked."""
    from rich.text import Text

    if people.waterfall is not None:
        yield waterfall_view(people.waterfall)
    if people.first:
        yield fitted(
            console,
            _PEOPLE,
            [
                (
                    shown(one.profile),
                    shown(one.name) if one.name else NOTHING,
                    mask(one.msisdn) if one.msisdn else NOTHING,
                    shown(one.email) if one.email else NOTHING,
                )
                for one in people.first
            ],
        )
    yield Text(f"{thousands(len(people.first))} of {thousands(people.total)} shown" if people.total else "Nobody.")


def waterfall_view(steps: Waterfall) -> "RenderableType":
    """From all members to those who may be sent to."""
    left_out = ((f"- {STEPS[name]}", thousands(number)) for name, number in steps.steps)
    return facts([("In the segment", thousands(steps.matched)), *left_out, ("Sendable", thousands(steps.sendable))])


def comparison_view(first: str, second: str, found: Comparison) -> "Iterator[RenderableType]":
    """Three numbers."""
    yield facts(
        [
            (f"Only in {shown(first)}", thousands(found.only_first)),
            ("In both", thousands(found.both)),
            (f"Only in {shown(second)}", thousands(found.only_second)),
        ]
    )


def why_view(why: Why, name: str, profile: str, zone: str | None, name_of: ActivityName) -> "Iterator[RenderableType]":
    """Whether somebody is a member, and each condition with yes or no before it."""
    from rich.text import Text

    is_in = "is" if why.member else "is not"
    yield Text(f"{shown(profile)} {is_in} in {shown(name)}.")
    yield Text("\n".join(_verdict_lines(why.verdict, zone, name_of, 0)))
    if why.verdict.holds and not why.member:
        yield Text("The conditions hold, but erased people, and those without a record, are no members.")


def _verdict_lines(verdict: Verdict, zone: str | None, name_of: ActivityName, depth: int) -> Iterator[str]:
    mark = "yes" if verdict.holds else "no "
    yield f"{mark}  {'  ' * depth}{verdict_words(verdict, zone, name_of)}"
    for one in verdict.below:
        yield from _verdict_lines(one, zone, name_of, depth + 1)
