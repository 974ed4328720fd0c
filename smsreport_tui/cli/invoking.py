"""Runs one command line by click, and says what is wrong in it.

click's own `main` would call a reader who leaves (`| head`) a failure.
"""

import gc
import os
from collections.abc import Sequence

import click

from smsreport_tui.cli.ending import COMPLETION_VARIABLE, DONE, INTERRUPTED
from smsreport_tui.cli.program import program
from smsreport_tui.rules.text import shown

_NAME = "smsreport"


def invoke(arguments: Sequence[str]) -> int:
    """The exit code of one command line; what else a command raises goes on."""
    # Off while the program starts (`__main__`).
    gc.enable()
    instruction = os.environ.get(COMPLETION_VARIABLE)
    try:
        if instruction:
            from click.shell_completion import shell_complete

            return shell_complete(program, {}, _NAME, COMPLETION_VARIABLE, instruction)
        with program.make_context(_NAME, list(arguments)) as context:
            program.invoke(context)
    except click.exceptions.Exit as asked:
        return asked.exit_code
    except click.ClickException as error:
        return _wrong_usage(error)
    except click.Abort:
        return INTERRUPTED
    return DONE


def _wrong_usage(error: click.ClickException) -> int:
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
    path = context.command_path if context is not None else _NAME
    click.echo(f"Error: {shown(error.format_message())} `{path} --help` tells more.", err=True)
    return error.exit_code
