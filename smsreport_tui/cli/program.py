"""The program's commands and global options. Light to import: what a command works with it imports when it runs."""

import click

from smsreport_tui.cli.admin_commands import admin
from smsreport_tui.cli.audit_command import audit
from smsreport_tui.cli.care_commands import completion, doctor, logs
from smsreport_tui.cli.codes_commands import codes
from smsreport_tui.cli.command import Group, _verbose_option
from smsreport_tui.cli.config_commands import config
from smsreport_tui.cli.connect_command import connect
from smsreport_tui.cli.demo_command import demo
from smsreport_tui.cli.export_command import export
from smsreport_tui.cli.feed_commands import sync, worker
from smsreport_tui.cli.gateway_commands import gateway as gateway_group
from smsreport_tui.cli.import_command import import_
from smsreport_tui.cli.links_commands import links
from smsreport_tui.cli.opening import open_app
from smsreport_tui.cli.output import print_text
from smsreport_tui.cli.receive_command import receive
from smsreport_tui.cli.remind_command import remind
from smsreport_tui.cli.replies_commands import replies
from smsreport_tui.cli.report_commands import activities, curve, list_rows, profile, report
from smsreport_tui.cli.retries_commands import retries
from smsreport_tui.cli.segment_commands import segment
from smsreport_tui.cli.serve_command import serve
from smsreport_tui.cli.simulate_command import simulate
from smsreport_tui.cli.store_commands import forget, store
from smsreport_tui.cli.strikes_commands import strikes
from smsreport_tui.cli.surroundings import Surroundings


def _print_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from smsreport_tui.cli.version import version

        print_text(f"smsreport {version()}")
        context.exit()


@click.group(cls=Group, invoke_without_command=True, epilog="Without a command the app opens.")
@click.option("--store", metavar="URL", help="The local store: a SQLite path or a SQLAlchemy URL (SMSREPORT_STORE).")
@click.option("--gateway", metavar="URL", help="The gateway's address (SMSREPORT_GATEWAY).")
@click.option("--account", metavar="NAME", help="The account to work on, of those configured (SMSREPORT_ACCOUNT).")
@click.option("--config", metavar="FILE", help="The configuration file (SMSREPORT_CONFIG).")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
@click.pass_context
def program(
    context: click.Context, store: str | None, gateway: str | None, account: str | None, config: str | None
) -> None:
    """See how every SMS campaign did, and act on it.

    The gateway's token comes from SMSREPORT_TOKEN, SMSREPORT_TOKEN_FILE or the keyring.
    """
    about = context.ensure_object(Surroundings)
    about.flags = {"store": store, "gateway": gateway, "account": account, "config": config}
    if context.invoked_subcommand is None:
        context.exit(open_app(about))


program.params.append(_verbose_option())
for command in (
    *(activities, report, curve, list_rows, export, profile),
    *(segment, remind, links, import_),
    *(connect, gateway_group, sync, receive, worker, retries, replies, strikes, codes, forget, audit, store),
    *(demo, simulate, serve),
    *(doctor, config, admin, logs, completion),
):
    program.add_command(command)
