"""Care for what is stored: copies of the store, and erasing a person."""

import sys
from pathlib import Path

import click

from smsreport_tui.cli.command import Command, Group, json_option, surroundings
from smsreport_tui.cli.ending import FAILED
from smsreport_tui.cli.output import note, print_document, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.formatting import thousands

_FILE = click.Path(path_type=Path)


@click.group(cls=Group)
def store() -> None:
    """Back the store up, restore it, or move it to another place."""


@store.command()
@click.argument("file", type=_FILE)
@surroundings
def backup(about: Surroundings, file: Path) -> None:
    """Write a consistent copy of the store to FILE, for its owner only; programs may go on using the store."""
    # Opened for reading first: a store that does not exist is no store to back up, and must not be made.
    about.open_store(writable=False).close()
    with about.open_store(writable=True) as opened:
        opened.back_up(file)
    say(f"A copy of the store stands in {file}")


@store.command()
@click.argument("file", type=_FILE)
@surroundings
def restore(about: Surroundings, file: Path) -> None:
    """Put the copy FILE in the store's place; the store as it was is kept beside it."""
    from smsreport_tui.services.upkeep import restore as put_back

    put_back(about.settings.store, file, about.clock, about.settings.outcomes)
    say(f"The store is as {file} has it; who was erased since stays erased.")


@store.command(name="copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@json_option
@surroundings
def copy_command(about: Surroundings, source: str, target: str, as_json: bool) -> None:
    """Move a store: copy FROM, a path or an address, to TO, where there is none yet.

    Between files and PostgreSQL servers, either way. The copy is kept only when it holds the same rows and tells the
    same reports.

    With --json: {"from", "to", "reports", "rows": {table: rows}}.
    """
    from smsreport_tui.cli.progress import copy_bar
    from smsreport_tui.services.store_copy import copy_store

    with copy_bar() as told:
        done = copy_store(source, target, about.clock, about.settings.outcomes, told)
    if as_json:
        print_document({"from": done.source, "to": done.target, "reports": done.reports, "rows": done.rows})
        return
    rows = thousands(sum(done.rows.values()))
    say(f"{rows} rows are in {done.target}, and the reports of all {done.reports} activities are the same.")
    say(f"Use that from now on: a worker on {done.source} would go on sending beside the copy's.")


@click.command(cls=Command)
@click.argument("profile")
@click.option("--yes", is_flag=True, help="Do not ask.")
@surroundings
def forget(about: Surroundings, profile: str, yes: bool) -> None:
    """Erase PROFILE for good; the counts stay.

    It goes from the store and from the copies that the store knows. On a terminal it asks first.
    """
    from smsreport_tui.services.erasure import forget as erase

    about.open_store(writable=False).close()
    if not yes and sys.stdin.isatty() and sys.stderr.isatty():
        click.confirm(f"Erase {profile} for good? This can not be undone.", abort=True, err=True)
    with about.open_store(writable=True) as opened:
        problems = erase(opened, profile)
    for problem in problems:
        note(problem)
    say(f"{profile} is erased; the counts stay.")
    if problems:
        # A copy that still holds the person is work left to do: a script must notice.
        click.get_current_context().exit(FAILED)
