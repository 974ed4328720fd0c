"""Who has exported, cleared, decided and erased."""

import click

from smsreport_tui.cli.command import Command, json_option
from smsreport_tui.cli.output import print_document, print_view
from smsreport_tui.cli.surroundings import Surroundings

SHOWN = 100
"""So many rows a person is shown; --json holds all."""


@click.command(cls=Command)
@click.option("--since", metavar="TIME", help="Only what was done since, such as 2026-03-01T00:00:00Z.")
@json_option
@click.pass_context
def audit(context: click.Context, since: str | None, as_json: bool) -> None:
    """List who exported, cleared, decided and erased, newest first.

    With --json: [{"at", "account", "host", "action", "details"}].
    """
    from smsreport_tui.services.deeds import deeds

    begins = None if since is None else _time(context, since)
    about = context.ensure_object(Surroundings)
    with about.open_store(writable=False) as store:
        found = deeds(store, begins, None if as_json else SHOWN)
    if as_json:
        from smsreport_tui.cli.documents import deed_document

        print_document([deed_document(one) for one in found])
        return
    from smsreport_tui.cli.audit_view import audit_view

    zone = about.time_zone
    print_view(lambda console: audit_view(console, found, zone))


def _time(context: click.Context, text: str) -> int:
    from smsreport_tui.rules.times import BadTimeError, parse_time

    try:
        return parse_time(text)
    except BadTimeError as error:
        raise click.UsageError(f"--since wants a time such as 2026-03-01T00:00:00Z: {error}", context) from error
