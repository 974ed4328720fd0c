"""Replies as a table for people; numbers are masked as on the screen."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, fitted
from smsreport_tui.rules.formatting import NOTHING, count_of, local_time, thousands, zone_name
from smsreport_tui.rules.opt_out_words import Reply
from smsreport_tui.rules.reply_figures import ReplyFigure, ReplyPage, ReplyState
from smsreport_tui.rules.text import mask, shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_HEADINGS = (
    Heading("Time"),
    Heading("Number"),
    Heading("Reply", folds=40),
    Heading("State"),
    Heading("Activity", folds=20, spare=1),
    Heading("Event", folds=36),
)
_STATES = {ReplyState.OPEN: "to decide", ReplyState.OPTED_OUT: "opted out", ReplyState.DISMISSED: "dismissed"}
_LONGEST = 160


def replies_view(
    console: "Console", page: ReplyPage, zone: str | None, *, near_misses: bool
) -> "Iterator[RenderableType]":
    """The newest replies, how many there are in all, and what can be done with them; times in the operator's zone."""
    from rich.text import Text

    if not page.rows:
        yield Text("No reply waits for your word." if near_misses else "Nobody has replied.")
        return
    yield fitted(console, _HEADINGS, [_row(one, zone) for one in page.rows])
    counted = f"{thousands(len(page.rows))} of {count_of(page.total, 'reply')} shown · times in {zone_name(zone)}"
    does = " · `smsreport replies opt-out EVENT` or `dismiss EVENT` decides"
    yield Text(counted + (does if any(one.state is ReplyState.OPEN for one in page.rows) else ""))


def _row(reply: ReplyFigure, zone: str | None) -> tuple[str, ...]:
    return (
        local_time(reply.at, zone, with_zone=False),
        "erased" if reply.erased else shown(mask(reply.msisdn)) if reply.msisdn else NOTHING,
        NOTHING if reply.text is None else shown(reply.text, _LONGEST),
        _state(reply),
        shown(reply.activity) if reply.activity else NOTHING,
        shown(reply.event),
    )


def _state(reply: ReplyFigure) -> str:
    if reply.state is not None:
        return _STATES[reply.state]
    return "opt-out" if reply.meaning == Reply.OPT_OUT.value else NOTHING
