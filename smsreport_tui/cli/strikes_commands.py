"""Strikes and suppression: the numbers, clearing one, the file for the sending platform."""

from pathlib import Path

import click

from smsreport_tui.cli.command import Command, ListGroup, json_option, surroundings
from smsreport_tui.cli.output import note, print_document, print_view, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.formatting import count_of


@click.group(cls=ListGroup)
@json_option
@click.pass_context
def strikes(context: click.Context, as_json: bool) -> None:
    """List the numbers with strikes, or clear or export them.

    Three strikes, or one refusal, suppress a number: no message goes to it again.
    """
    if context.invoked_subcommand is not None:
        return
    about = context.ensure_object(Surroundings)
    from smsreport_tui.services.strikes import marked_numbers

    with about.open_store(writable=False) as store:
        found = marked_numbers(store)
    if as_json:
        from smsreport_tui.cli.documents import strikes_document

        print_document(strikes_document(found))
        return
    from smsreport_tui.cli.strikes_view import strikes_view

    zone = about.time_zone
    print_view(lambda console: strikes_view(console, found, zone))


@strikes.command(cls=Command)
@click.argument("number")
@click.option("--reason", metavar="TEXT", required=True, help="Why; it is kept.")
@surroundings
def clear(about: Surroundings, number: str, reason: str) -> None:
    """Clear NUMBER of its strikes and refusals.

    Those dated before count no longer, also ones that become known later.
    """
    from smsreport_tui.rules.text import mask
    from smsreport_tui.services.strikes import clear as clear_of_marks

    # A store that does not exist has nothing to clear, and must not be made.
    about.open_store(writable=False).close()
    with about.open_store(writable=True) as store:
        cleared = clear_of_marks(store, number, reason)
    gone = _marks(cleared.strikes, cleared.refusals)
    say(f"{mask(number.strip())} is cleared of {gone or 'nothing'}; the reason is kept.")
    left = _marks(cleared.strikes_left, cleared.refusals_left)
    if left:
        note(f"{left} of it still count: the gateway dates them in the time to come.")


def _marks(strikes: int, refusals: int) -> str:
    words = [count_of(strikes, "strike") if strikes else "", count_of(refusals, "refusal") if refusals else ""]
    return " and ".join(filter(None, words))


@strikes.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@surroundings
def export(about: Surroundings, file: Path, force: bool) -> None:
    """Write the suppressed numbers to FILE, for the sending platform to exclude.

    The suffix of FILE, .csv or .xlsx, decides the format. FILE is complete or absent.
    """
    from smsreport_tui.services.export import check_export
    from smsreport_tui.services.strikes import export_suppressed

    check_export(file, force=force)
    with about.open_store(writable=False) as store:
        done = export_suppressed(store, file, about.export_audit(), force=force)
    say(f"{count_of(done.rows, 'suppressed number')} in {file}")
    if done.left_out:
        note(f"{count_of(done.left_out, 'number')} of erased people left out: the store no longer knows them in clear.")
