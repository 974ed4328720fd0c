"""Segments: made of a report or a file, listed, counted, changed, and why somebody is in one."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import TAB_NAMES, Command, ListGroup, json_option, machine_clicks_option, surroundings
from smsreport_tui.cli.output import print_document, print_view, say
from smsreport_tui.cli.segment_members_command import members
from smsreport_tui.cli.segment_push_command import push
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.formatting import count_of
from smsreport_tui.rules.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smsreport_tui.rules.segment_file import SegmentFile
    from smsreport_tui.services.segment_desk import SegmentDesk


@contextmanager
def _desk(about: Surroundings, *, writable: bool) -> "Iterator[SegmentDesk]":
    """The store's segments; a store that is missing is made by none of these commands."""
    from smsreport_tui.services.segment_desk import SegmentDesk

    if writable:
        about.open_store(writable=False).close()
    with about.open_store(writable=writable) as store:
        yield SegmentDesk(store, about.clock)


@click.group(cls=ListGroup)
def segment() -> None:
    """Make segments of people, and use them."""


@segment.command("list", cls=Command)
@json_option
@surroundings
def list_segments(about: Surroundings, as_json: bool) -> None:
    """List the segments with how many people are in each now."""
    with _desk(about, writable=True) as desk:
        found = [(one, desk.count(one.name)) for one in desk.all()]
    if as_json:
        from smsreport_tui.cli.segment_documents import list_document

        print_document(list_document(found))
        return
    from smsreport_tui.cli.segment_view import list_view

    zone = about.time_zone
    print_view(lambda console: list_view(console, found, zone))


@segment.command(cls=Command)
@click.argument("name")
@click.option(
    "--from",
    "source",
    nargs=2,
    type=(str, click.Choice(TAB_NAMES)),
    metavar="ACTIVITY TAB",
    help="The people of a report's tab.",
)
@click.option("--file", type=click.Path(path_type=Path), metavar="FILE", help="The conditions of a segment file.")
@click.option("--link", metavar="ID", help="With --from: those who clicked this link.")
@click.option("--code", metavar="CODE", help="With --from: those whose bounce this code decided.")
@click.option("--find", metavar="TEXT", help="With --from: only who is found, as by / in the app.")
@machine_clicks_option
@surroundings
def create(
    about: Surroundings,
    *,
    name: str,
    source: tuple[str, str] | None,
    file: Path | None,
    link: str | None,
    code: str | None,
    find: str | None,
    machine_clicks: bool,
) -> None:
    """Make the segment NAME of a tab's people, or of the conditions in FILE.

    From links, --link says which; without it everybody who clicked any is in it.
    """
    from smsreport_tui.rules.columns import Tab
    from smsreport_tui.rules.segment_file import SegmentFile
    from smsreport_tui.rules.segment_forms import Listed

    if (source is None) == (file is None):
        raise click.UsageError("Give either --from ACTIVITY TAB or --file FILE.")
    with _desk(about, writable=True) as desk:
        if file is not None:
            where = _read(file).where
        else:
            activity, tab = source or ("", "")
            where = desk.listed(Listed(activity, Tab(tab), link, find, machines=machine_clicks, code=code))
        desk.create(SegmentFile(name, where))
        people = desk.count(name)
    say(f"{shown(name)}: {count_of(people, 'person')} now")


@segment.command(cls=Command)
@click.argument("name")
@click.option("--file", required=True, type=click.Path(path_type=Path), metavar="FILE", help="A segment file.")
@surroundings
def change(about: Surroundings, name: str, file: Path) -> None:
    """Give the segment NAME the conditions in FILE."""
    with _desk(about, writable=True) as desk:
        desk.change(name, _read(file).where)
        people = desk.count(name)
    say(f"{shown(name)}: {count_of(people, 'person')} now")


def _read(file: Path) -> "SegmentFile":
    from smsreport_tui.rules.errors import SegmentError
    from smsreport_tui.rules.segment_file import LARGEST_FILE, read_file

    try:
        with file.open("rb") as stream:
            return read_file(stream.read(LARGEST_FILE + 1))
    except OSError as error:
        raise SegmentError(f"{shown(str(file))} can not be read: {error.strerror}.") from error


@segment.command(cls=Command)
@click.argument("name")
@json_option
@surroundings
def show(about: Surroundings, name: str, as_json: bool) -> None:
    """Show the conditions of NAME; with --json as a segment file."""
    with _desk(about, writable=False) as desk:
        found, names = desk.get(name), desk.activity_names()
    if as_json:
        from smsreport_tui.cli.segment_documents import file_document

        print_document(file_document(found))
        return
    from smsreport_tui.cli.segment_view import segment_view

    zone = about.time_zone
    print_view(lambda _console: segment_view(found, zone, names.get))


@segment.command(cls=Command)
@click.argument("name")
@json_option
@surroundings
def count(about: Surroundings, name: str, as_json: bool) -> None:
    """Say how many people are in NAME now."""
    with _desk(about, writable=True) as desk:
        found, people = desk.get(name), desk.count(name)
    if as_json:
        print_document({"name": found.name, "people": people})
    else:
        say(f"{shown(found.name)}: {count_of(people, 'person')}")


@segment.command(cls=Command)
@click.argument("name")
@click.option("--as", "new_name", metavar="NEW", help="Keep the list as a segment of its own.")
@surroundings
def freeze(about: Surroundings, name: str, new_name: str | None) -> None:
    """Keep the people who are in NAME now as a dated list."""
    with _desk(about, writable=True) as desk:
        people = desk.freeze(name, new_name)
    say(f"{shown(new_name or name)}: {count_of(people, 'person')}, frozen")


@segment.command(cls=Command)
@click.argument("name")
@click.argument("new_name", metavar="NEW")
@surroundings
def rename(about: Surroundings, name: str, new_name: str) -> None:
    """Call NAME by NEW, also where other segments use it."""
    with _desk(about, writable=True) as desk:
        desk.rename(name, new_name)
    say(f"{shown(name)} is {shown(new_name)} now.")


@segment.command(cls=Command)
@click.argument("name")
@click.argument("new_name", metavar="NEW")
@surroundings
def duplicate(about: Surroundings, name: str, new_name: str) -> None:
    """Make a second segment NEW with the conditions of NAME."""
    with _desk(about, writable=True) as desk:
        desk.duplicate(name, new_name)
    say(f"{shown(new_name)} has the conditions of {shown(name)}.")


@segment.command(cls=Command)
@click.argument("name")
@surroundings
def delete(about: Surroundings, name: str) -> None:
    """Delete NAME; refused while another segment uses it."""
    with _desk(about, writable=True) as desk:
        desk.delete(name)
    say(f"{shown(name)} is deleted.")


@segment.command(cls=Command)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@json_option
@surroundings
def compare(about: Surroundings, first: str, second: str, as_json: bool) -> None:
    """Say how many people are only in A, in both, and only in B."""
    with _desk(about, writable=False) as desk:
        names = desk.get(first).name, desk.get(second).name
        found = desk.compare(*names)
    if as_json:
        from smsreport_tui.cli.segment_documents import comparison_document

        print_document(comparison_document(*names, found))
        return
    from smsreport_tui.cli.segment_view import comparison_view

    print_view(lambda _console: comparison_view(*names, found))


@segment.command(cls=Command)
@click.argument("name")
@click.argument("profile")
@json_option
@surroundings
def why(about: Surroundings, name: str, profile: str, as_json: bool) -> None:
    """Say which conditions of NAME hold for PROFILE, and which do not."""
    with _desk(about, writable=False) as desk:
        found, answer, names = desk.get(name), desk.why(name, profile), desk.activity_names()
    if as_json:
        from smsreport_tui.cli.segment_documents import why_document

        print_document(why_document(answer))
        return
    from smsreport_tui.cli.segment_view import why_view

    print_view(lambda _console: why_view(answer, found.name, profile, about.time_zone, names.get))


segment.add_command(members)
segment.add_command(push)
