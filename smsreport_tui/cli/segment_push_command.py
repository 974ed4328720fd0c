"""Handing a segment to the gateway."""

from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.background import give_way
from smsreport_tui.cli.command import Command, json_option, surroundings
from smsreport_tui.cli.output import print_document, say
from smsreport_tui.cli.progress import upload_progress
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.formatting import count_of

if TYPE_CHECKING:
    from smsreport_tui.rules.segment_figures import Purpose
    from smsreport_tui.services.segment_push import Push


@click.command(cls=Command)
@click.argument("name")
@click.option(
    "--as",
    "purpose",
    type=click.Choice(("include", "exclude")),
    default="include",
    show_default=True,
    help="What the gateway uses it for.",
)
@click.option("--progress-lines", "lines", is_flag=True, hidden=True)
@json_option
@surroundings
def push(about: Surroundings, name: str, purpose: str, lines: bool, as_json: bool) -> None:
    """Hand the people of a segment to the gateway.

    To include them in a sending, those who may be sent to; to exclude them, everyone but the erased. The gateway has
    one segment for each; pushing again replaces it.

    With --json: {"name", "as", "gateway_id", "people"}.
    """
    from smsreport_tui.cli.signals import run_until_interrupted
    from smsreport_tui.rules.segment_figures import Purpose

    if lines:
        give_way()
    pushed = run_until_interrupted(_pushed(about, name, Purpose(purpose), lines))
    if as_json:
        document = {"name": pushed.name, "as": pushed.purpose.value}
        print_document({**document, "gateway_id": pushed.gateway_id, "people": pushed.people})
    else:
        say(push_sentence(pushed))


async def _pushed(about: Surroundings, name: str, purpose: "Purpose", lines: bool) -> "Push":
    connect = about.gateway_maker()
    from smsreport_tui.services.segment_push import SegmentPusher

    with about.open_store(writable=True) as store:
        gateway = connect(store)
        try:
            with upload_progress(name, lines) as progress:
                return await SegmentPusher(store, gateway, about.clock).push(name, purpose, progress)
        finally:
            await gateway.aclose()


def push_sentence(pushed: "Push") -> str:
    """What the gateway has, for people."""
    said = f"{count_of(pushed.people, 'person')} of {pushed.name!r} at the gateway as {pushed.gateway_id}"
    from smsreport_tui.rules.segment_figures import Purpose

    if pushed.purpose is Purpose.INCLUDE:
        return f"{said}, to include: only who may be sent to."
    return f"{said}, to exclude: also who has opted out or is suppressed, so that nobody slips through."
