"""For who administers a team's store on a server."""

import click

from smsreport_tui.cli.command import Group, QuietCommand
from smsreport_tui.cli.output import print_text
from smsreport_tui.cli.surroundings import Surroundings


@click.group(cls=Group)
def admin() -> None:
    """Administer a team's store on a PostgreSQL server."""


@admin.command(cls=QuietCommand)
@click.option("--prefix", metavar="NAME", help="What the roles' names begin with; by default the schema.")
@click.pass_context
def roles(context: click.Context, prefix: str | None) -> None:
    """Print the SQL that makes and grants the store's four roles.

    The owner migrates, the worker writes, the operator reads and keeps segments, the reader reads. It asks no server:
    have psql run it there.

    For example: smsreport --store ADDRESS admin roles | psql DATABASE
    """
    from storage.engine import store_url
    from storage.postgres_roles import roles_sql, schema_of

    about = context.ensure_object(Surroundings)
    print_text(roles_sql(schema_of(store_url(about.settings.store)), prefix))
