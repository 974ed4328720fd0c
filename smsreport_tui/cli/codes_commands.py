"""Outcome codes: those seen, and the operator's own classes for them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Command, ListGroup, json_option, surroundings
from smsreport_tui.cli.output import note, print_document, print_view, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.outcomes import Outcome
from smsreport_tui.rules.text import shown

if TYPE_CHECKING:
    from smsreport_tui.rules.codes import Changes
    from smsreport_tui.services.codes import Override, Overrides

_OUTCOMES = tuple(outcome.word for outcome in Outcome)
_yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group(cls=ListGroup)
@click.option("--receipts", is_flag=True, help="Count receipts too: this reads every event.")
@json_option
@click.pass_context
def codes(context: click.Context, receipts: bool, as_json: bool) -> None:
    """List the codes seen, unmapped ones first, or class one.

    Without --receipts only codes that decided a recipient's outcome are listed.

    With --json: [{"vendor", "scheme", "code", "name", "outcome", "why", "recipients", "receipts"}], where "why" is
    override, table, gateway, unknown or receipt.
    """
    if context.invoked_subcommand is not None:
        return
    about = context.ensure_object(Surroundings)
    from smsreport_tui.services.codes import seen_codes

    with about.open_store(writable=False) as store:
        found = seen_codes(store, receipts=receipts)
    if as_json:
        from smsreport_tui.cli.code_documents import codes_document

        print_document(codes_document(found))
        return
    from smsreport_tui.cli.codes_view import codes_view

    print_view(lambda console: codes_view(console, found, receipts=receipts))


@codes.command("set", cls=Command)
@click.argument("vendor")
@click.argument("scheme")
@click.argument("code")
@click.argument("outcome", type=click.Choice(_OUTCOMES), metavar="OUTCOME")
@_yes_option
@json_option
@surroundings
def set_code(
    about: Surroundings, *, vendor: str, scheme: str, code: str, outcome: str, yes: bool, as_json: bool
) -> None:
    """Class a code as OUTCOME, after showing what that changes.

    OUTCOME is one of delivered, optout, hard, blocked, content, soft, expired, unknown, account, cancelled, pending.
    The code goes into outcome_codes.csv beside the configuration, and history is reclassified.
    """
    from smsreport_tui.services.outcome_file import code_of

    change = _overrides(about).setting(code_of(vendor, scheme, code), Outcome[outcome.upper()])
    _make(about, change, f"{shown(vendor)} {shown(scheme)} {shown(code)} is {outcome}", yes=yes, as_json=as_json)


@codes.command(cls=Command)
@click.argument("vendor")
@click.argument("scheme")
@click.argument("code")
@_yes_option
@json_option
@surroundings
def unset(about: Surroundings, *, vendor: str, scheme: str, code: str, yes: bool, as_json: bool) -> None:
    """Take a code out of your own table, after showing what that changes."""
    from smsreport_tui.services.outcome_file import code_of

    change = _overrides(about).unsetting(code_of(vendor, scheme, code))
    done = f"{shown(vendor)} {shown(scheme)} {shown(code)} is out of your table"
    _make(about, change, done, yes=yes, as_json=as_json)


@codes.command(cls=Command)
@click.option("--file", metavar="FILE", type=click.Path(path_type=Path), help="Another table than your own.")
@json_option
@surroundings
def preview(about: Surroundings, file: Path | None, as_json: bool) -> None:
    """Show what a changed table would change, and change nothing.

    Without --file it is outcome_codes.csv beside the configuration, as it stands.
    """
    _show(_overrides(about).preview(file), as_json=as_json)


def _overrides(about: Surroundings) -> "Overrides":
    from smsreport_tui.services.codes import Overrides

    return Overrides(about.settings.store, about.settings.outcomes, about.clock)


def _show(changes: "Changes", *, as_json: bool) -> None:
    if as_json:
        from smsreport_tui.cli.code_documents import changes_document

        print_document(changes_document(changes))
        return
    from smsreport_tui.cli.codes_view import changes_view

    print_view(lambda _console: changes_view(changes))


def _make(about: Surroundings, change: "Override", done: str, *, yes: bool, as_json: bool) -> None:
    _show(change.changes, as_json=as_json)
    if not yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise click.UsageError("There is no terminal to ask on: nothing was changed. Give --yes to change it.")
        click.confirm("Write it and reclassify history?", abort=True, err=True)
    change.make()
    sentence = f"{done}: {about.settings.outcomes} says so, and history is reclassified."
    if as_json:
        note(sentence)
    else:
        say(sentence)
