"""The people of a segment: some of them in a table, or all of them as a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.background import give_way
from smsreport_tui.cli.command import Command, json_option
from smsreport_tui.cli.ending import INTERRUPTED
from smsreport_tui.cli.output import note, print_document, print_view
from smsreport_tui.cli.progress import export_progress
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.formatting import count_of, thousands

if TYPE_CHECKING:
    from smsreport_tui.rules.segment_figures import Channel
    from smsreport_tui.services.segment_desk import SegmentDesk
    from smsreport_tui.services.segment_export import ExportedPeople


@click.command(cls=Command)
@click.argument("name")
@click.option("--export", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write all of them to FILE.")
@click.option(
    "--for-sending",
    "channel",
    is_flag=False,
    flag_value="sms",
    type=click.Choice(("sms", "email")),
    metavar="[sms|email]",
    help="Only those who may be sent to, and whom that leaves out.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.option("--progress-lines", "lines", is_flag=True, hidden=True)
@json_option
@click.pass_context
def members(
    context: click.Context,
    *,
    name: str,
    file: Path | None,
    channel: str | None,
    force: bool,
    lines: bool,
    as_json: bool,
) -> None:
    """List the people of NAME, at most 25, or write all of them to FILE.

    For sending, a manifest with the hash of FILE and who was left out is written beside it.
    """
    from smsreport_tui.rules.segment_figures import Channel
    from smsreport_tui.services.export import ExportCancelled
    from smsreport_tui.services.segment_desk import SegmentDesk

    if lines:
        give_way()
    about = context.ensure_object(Surroundings)
    meant_for = None if channel is None else Channel(channel)
    with about.open_store(writable=False) as store:
        desk = SegmentDesk(store, about.clock)
        if file is not None:
            try:
                done = _export(about, desk, name, file, meant_for, force=force, lines=lines)
            except ExportCancelled as error:
                note(str(error))
                context.exit(INTERRUPTED)
            if not lines:
                _tell(done, file)
            if not as_json:
                return
        people = desk.people(name, meant_for)
    if as_json:
        from smsreport_tui.cli.segment_documents import people_document

        print_document(people_document(people))
        return
    from smsreport_tui.cli.segment_view import people_view

    print_view(lambda console: people_view(console, people))


def _export(
    about: Surroundings,
    desk: "SegmentDesk",
    name: str,
    file: Path,
    channel: "Channel | None",
    *,
    force: bool,
    lines: bool,
) -> "ExportedPeople":
    from smsreport_tui.cli.signals import stop_asked
    from smsreport_tui.services.segment_export import export_people

    with stop_asked() as stop, export_progress(file.name, lines, stop) as progress:
        return export_people(
            *(desk, about.clock, name, file, channel),
            force=force,
            progress=progress,
            cancelled=stop.is_set,
            audit=about.export_audit(),
        )


def _tell(done: "ExportedPeople", file: Path) -> None:
    from smsreport_tui.cli.segment_view import STEPS

    if done.waterfall is not None:
        left_out = [f"{thousands(number)} {STEPS[step]}" for step, number in done.waterfall.steps if number]
        note(f"{thousands(done.waterfall.matched)} in the segment; left out: {', '.join(left_out) or 'nobody'}")
        note(f"{done.manifest} says so, with the hash of the file.")
    note(f"{count_of(done.rows, 'person')} in {file}")
