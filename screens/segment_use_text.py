"""What the dialogs that use a segment say: who is left out of a file, and what a gateway has of it."""

from screens.people_cells import STEPS
from smsreport_tui.rules.formatting import count_of, local_time, thousands
from smsreport_tui.rules.segment_figures import Purpose, StoredSegment, Waterfall

ONLY_READ = "Here the store is only read: nothing can be pushed."
NOBODY = "Nobody is in it: there is nobody to export."
MEANS = {
    Purpose.INCLUDE: "Only who may be sent to: who has opted out, is suppressed or erased is left out.",
    Purpose.EXCLUDE: "Everybody in it but the erased, so that nobody slips through the exclusion.",
}


def waterfall_lines(fall: Waterfall) -> str:
    """From all of them to those who may be sent to, a step a line (rules.md 6)."""
    width = len(thousands(fall.matched))
    steps = [(" ", fall.matched, "in the segment"), *(("−", number, STEPS[name]) for name, number in fall.steps)]
    lines = [*steps, ("=", fall.sendable, "may be sent to")]
    return "\n".join(f"{sign} {thousands(number):>{width}} {words}" for sign, number, words in lines)


def pushed_line(segment: StoredSegment, purpose: Purpose, zone: str | None) -> str:
    """When it was pushed last for that purpose; of several gateways, the latest."""
    pushes = [push for push in segment.pushed if push.purpose is purpose]
    if not pushes:
        return "Not pushed yet."
    last = max(pushes, key=lambda push: push.pushed_at or 0)
    if last.pushed_at is None or last.people is None:
        return "Begun and not finished: push it again."
    return f"Pushed {local_time(last.pushed_at, zone)}, {count_of(last.people, 'person')}."
