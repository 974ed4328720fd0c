"""Help for the operator: doctor, the log, shell completion."""

import click

from smsreport_tui.cli.command import Command, QuietCommand, json_option
from smsreport_tui.cli.ending import COMPLETION_VARIABLE, FAILED
from smsreport_tui.cli.output import print_document, print_text, print_view, say
from smsreport_tui.cli.surroundings import Surroundings

_SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Command)
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check store, books, gateway and versions.

    The code is 1 when something is wrong.

    With --json: {"ok", "checks": [{"name", "ok", "text"}]}, where "ok" of a check is null for a warning.
    """
    from smsreport_tui.cli.doctor_view import doctor_view, examined

    checks = examined(context.ensure_object(Surroundings))
    if as_json:
        from smsreport_tui.cli.documents import doctor_document

        print_document(doctor_document(checks))
    else:
        print_view(lambda _console: doctor_view(checks))
    if any(check.ok is False for check in checks):
        context.exit(FAILED)


@click.command(cls=QuietCommand)
@click.option("-n", "--lines", type=click.IntRange(0), default=20, show_default=True, help="How many lines to print.")
def logs(lines: int) -> None:
    """Print where the log is, and its end."""
    from smsreport_tui.logs import last_lines
    from smsreport_tui.paths import log_file

    file = log_file()
    say(str(file))
    for line in last_lines(file, lines):
        say(line)


@click.command(cls=QuietCommand)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    Have the shell's own start-up file read it.

    For bash: eval "$(smsreport completion bash)"
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is not None:
        print_text(found(context.find_root().command, {}, "smsreport", COMPLETION_VARIABLE).source())
