"""Short links by recipient: made for everybody of a list, and counted."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Command, Group, json_option, surroundings
from smsreport_tui.cli.output import note, print_document, print_view, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.formatting import count_of, thousands

if TYPE_CHECKING:
    from smsreport_tui.services.short_links import Link, MadeLinks
    from storage.store import Store


@click.group(cls=Group)
def links() -> None:
    """Short links that tell who clicks: one for each recipient."""


@links.command(cls=Command)
@click.argument("activity")
@click.argument("link")
@click.argument("url")
@click.option("--segment", metavar="NAME", help="For the people of this segment.")
@click.option(
    "--people",
    "people_file",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="For the people of this list: a CSV file with a column profile or msisdn.",
)
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="Write profile, msisdn and short_url of everybody to FILE, for the platform that sends.",
)
@click.option("--at", "source", metavar="NAME", help="The Shlink to make them at, where there are several.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@json_option
@surroundings
def make(
    about: Surroundings,
    *,
    activity: str,
    link: str,
    url: str,
    segment: str | None,
    people_file: Path | None,
    target: Path,
    source: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Make a short link to URL for everybody who may be sent to, as LINK of ACTIVITY.

    It may be repeated: who has a link keeps it, and what was interrupted goes on. Who has opted out, is suppressed or
    erased gets none and does not stand in FILE.

    With --json: {"activity", "link", "made", "rows", "left_out": {"opted_out", "suppressed", "erased"}}.
    """
    if (segment is None) == (people_file is None):
        raise click.UsageError("Say for whom: give either --segment or --people.")
    from smsreport_tui.cli.signals import run_until_interrupted
    from smsreport_tui.services.export import check_export
    from smsreport_tui.services.short_links import Link, check_link

    wanted = Link(activity, link, url)
    check_link(wanted)
    check_export(target, force=force)
    made = run_until_interrupted(_made(about, wanted, segment, people_file, target, source, force=force))
    left_out = {step: number for step, number in made.left_out.items() if number}
    if as_json:
        document = {"activity": activity, "link": link, "made": made.made, "rows": made.rows}
        print_document({**document, "left_out": dict(made.left_out)})
        return
    from smsreport_tui.cli.segment_view import STEPS

    words = ", ".join(f"{thousands(number)} {STEPS[step]}" for step, number in left_out.items())
    say(
        f"{count_of(made.rows, 'short link')} in {target} · {thousands(made.made)} made now"
        f" · left out: {words or 'nobody'}"
    )


async def _made(
    about: Surroundings,
    link: "Link",
    segment: str | None,
    people_file: Path | None,
    target: Path,
    source: str | None,
    *,
    force: bool,
) -> "MadeLinks":
    from smsreport_tui.cli.progress import upload_progress
    from smsreport_tui.cli.shorteners import shortener_maker
    from smsreport_tui.services.short_links import LinkMaker

    connect = shortener_maker(about, source)
    with about.open_store(writable=True) as store:
        people = _segment_people(about, store, segment) if segment is not None else _listed_people(store, people_file)
        shortener = connect(store)
        try:
            with upload_progress(f"{link.activity} {link.link}", lines=False) as progress:
                return await LinkMaker(store, shortener).make(link, people, target, force=force, progress=progress)
        finally:
            await shortener.aclose()


def _segment_people(about: Surroundings, store: "Store", name: str) -> dict[str, str | None]:
    from smsreport_tui.services.segment_desk import SegmentDesk

    with SegmentDesk(store, about.clock).rows(name) as (rows, _):
        return {str(row[0]): None if row[2] is None else str(row[2]) for batch in rows.batches for row in batch}


def _listed_people(store: "Store", path: Path | None) -> dict[str, str | None]:
    from smsreport_tui.services.people_file import people_of, read_people

    file = read_people(path or Path())
    if file.bad:
        lines = count_of(len(file.bad), "line")
        verb = "names" if len(file.bad) == 1 else "name"
        note(f"Left out of {path}: {lines} that {verb} nobody; the first is line {file.bad[0]}.")
    return people_of(store, file)


@links.command("list", cls=Command)
@json_option
@surroundings
def list_links(about: Surroundings, as_json: bool) -> None:
    """Count the short links of each activity and link: made, waiting, and people who clicked.

    With --json: [{"activity", "link", "url", "made", "waiting", "clicked"}].
    """
    from storage.short_links import count_links

    with about.open_store(writable=False) as store:
        counts = count_links(store)
    if as_json:
        names = ("activity", "link", "url", "made", "waiting", "clicked")
        print_document([{name: getattr(one, name) for name in names} for one in counts])
        return
    from smsreport_tui.cli.links_view import links_view

    print_view(lambda console: links_view(console, counts))
