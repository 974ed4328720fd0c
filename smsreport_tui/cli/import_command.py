"""People and activities from a file, for gateways that know numbers and messages and nothing more."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Command, Group, json_option
from smsreport_tui.cli.ending import FAILED
from smsreport_tui.cli.output import is_watched, note, print_document, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.formatting import count_of, thousands

if TYPE_CHECKING:
    from smsreport_tui.cli.documents import Document
    from smsreport_tui.services.import_subjects import Subject
    from smsreport_tui.services.importing import ImportResult
    from storage.store import Store

_FILE = click.Path(path_type=Path)
_dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be new, and write nothing.")
_KEYS = 'With --json: {"dry_run", "new", "changed", "same", "erased", "bad", "told": [{"line", "reason"}]}.'


@click.group("import", cls=Group)
def import_() -> None:
    """Take people or activities from a CSV file, for a gateway that has none."""


@import_.command(cls=Command, epilog=_KEYS)
@click.argument("file", type=_FILE)
@click.option("--country", metavar="CODE", help="Where numbers without + or 00 are dialled, such as SE.")
@_dry_run_option
@json_option
@click.pass_context
def people(context: click.Context, file: Path, country: str | None, dry_run: bool, as_json: bool) -> None:
    """Take the people of FILE.

    The first line names the columns: msisdn, and if wanted name, email, tags (with ; or | between), sms_consent,
    timezone, updated_at. Any other column becomes an attribute; numbers and true or false are known as such.

    A column stands for what it says also where a cell is empty, and what has no column stays as it was; an empty
    sms_consent says nothing. A person who was erased stays so.
    """
    from smsreport_tui.rules.phone_numbers import checked_country
    from smsreport_tui.services.import_subjects import People

    about = context.ensure_object(Surroundings)
    home = None if country is None else checked_country(country)
    takes_ids = _kind(about) == "feed"
    _take(context, file, lambda store: People(store, country=home, takes_ids=takes_ids), dry_run, as_json)


@import_.command("activities", cls=Command, epilog=_KEYS)
@click.argument("file", type=_FILE)
@_dry_run_option
@json_option
@click.pass_context
def sent_activities(context: click.Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take the activities of FILE.

    The first line names the columns: id and sent_at (such as 2026-03-02T09:00:00+01:00), and if wanted name, sender,
    body, timezone, updated_at.
    """
    from smsreport_tui.services.import_subjects import Activities

    _take(context, file, Activities, dry_run, as_json)


def _kind(about: Surroundings) -> str:
    """Whether people have ids is the gateway's matter; without one they may have, as with a feed."""
    chosen = about.settings.chosen
    return "feed" if chosen is None else chosen.kind


def _take(
    context: click.Context, file: Path, subject: "Callable[[Store], Subject]", dry_run: bool, as_json: bool
) -> None:
    from smsreport_tui.cli.progress import sync_bar
    from smsreport_tui.cli.signals import run_until_interrupted
    from smsreport_tui.services.importing import import_table, open_file
    from smsreport_tui.services.sync import SyncProgress

    about = context.ensure_object(Surroundings)
    with _store(about, dry_run=dry_run) as store:
        chosen = subject(store)
        table = open_file(file, chosen)
        if table.guessed:
            note(
                f"{file} is no UTF-8: it is read as Latin-1. Look whether names are spelled right, or save it as UTF-8."
            )
        with sync_bar() if is_watched() else contextlib.nullcontext() as bar:
            told = None if bar is None else lambda done: bar(SyncProgress("rows", done, 0))
            result = run_until_interrupted(import_table(store, table, chosen, dry_run=dry_run, told=told))
    if as_json:
        print_document(_document(result, dry_run=dry_run))
    else:
        say(_sentence(result, dry_run=dry_run))
        for one in result.told:
            note(f"Line {one.line}: {one.reason}")
        if result.bad > len(result.told):
            note(f"and {thousands(result.bad - len(result.told))} more")
    if not result.taken:
        context.exit(FAILED)


@contextlib.contextmanager
def _store(about: Surroundings, *, dry_run: bool) -> "Iterator[Store]":
    """The store; where there is none yet a dry run has one of its own, which is thrown away."""
    import tempfile

    from storage.engine import store_path, store_url
    from storage.store import open_store

    if not dry_run or store_path(store_url(about.settings.store)).exists():
        with about.open_store(writable=not dry_run) as store:
            yield store
        return
    with (
        tempfile.TemporaryDirectory(prefix="smsreport-import-") as folder,
        open_store(str(Path(folder) / "store.db"), about.clock, writable=True) as store,
    ):
        yield store


def _sentence(result: "ImportResult", *, dry_run: bool) -> str:
    words = [
        f"{thousands(result.new)} new",
        f"{thousands(result.changed)} changed",
        f"{thousands(result.same)} the same",
        f"{thousands(result.erased)} erased, and so they stay" if result.erased else "",
        f"{count_of(result.bad, 'bad row')} left out" if result.bad else "",
    ]
    return f"{'Would be taken' if dry_run else 'Taken'}: {' · '.join(filter(None, words))}"


def _document(result: "ImportResult", *, dry_run: bool) -> "Document":
    return {
        "dry_run": dry_run,
        "new": result.new,
        "changed": result.changed,
        "same": result.same,
        "erased": result.erased,
        "bad": result.bad,
        "told": [{"line": one.line, "reason": one.reason} for one in result.told],
    }
