"""Runs the command line and turns every ending into an exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.

Nothing ends in a traceback: what the operator can mend is a sentence, the rest stands in the log. click's own `main`
would call a reader who leaves (`| head`) a failure.
"""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Sequence

import click

from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import shown

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
COMPLETION_VARIABLE = "_SMSREPORT_COMPLETE"
_NAME = "smsreport"
_LOG = logging.getLogger("smsreport.cli")


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or file that knows only ASCII gets ? for the rest, and no error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return _flushed(_run(list(arguments)))
    except BrokenPipeError:
        _forget_output()
        return DONE
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            # Closes the line of the terminal's own ^C.
            click.echo(err=True)
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    try:
        return _invoke(arguments)
    except click.ClickException as error:
        return _wrong_usage(error)
    except click.Abort:
        return INTERRUPTED
    except SmsReportError as error:
        _LOG.info("Failed: %s", error)
        return _failed(str(error))
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the operator gets one line and the log the rest
        return _unforeseen(error)


def _invoke(arguments: list[str]) -> int:
    from smsreport_tui.cli.program import program

    instruction = os.environ.get(COMPLETION_VARIABLE)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(program, {}, _NAME, COMPLETION_VARIABLE, instruction)
    try:
        with program.make_context(_NAME, arguments) as context:
            program.invoke(context)
    except click.exceptions.Exit as asked:
        return asked.exit_code
    return DONE


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _forget_output()
        return _failed(f"The output could not be written ({error.strerror}): check where it goes.")
    return code


def _wrong_usage(error: click.ClickException) -> int:
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
    path = context.command_path if context is not None else _NAME
    click.echo(f"Error: {shown(error.format_message())} `{path} --help` tells more.", err=True)
    return error.exit_code


def _unforeseen(error: Exception) -> int:
    from smsreport_tui.logs import start_logging
    from smsreport_tui.paths import log_file

    if not logging.getLogger().handlers:
        start_logging(log_file())
    _LOG.error("The command ended because of a fault", exc_info=error)
    return _failed(
        f"Something went wrong ({type(error).__name__}), and it is the program's own fault: the log at {log_file()} "
        "has the details."
    )


def _failed(sentence: str) -> int:
    with contextlib.suppress(OSError):
        click.echo(shown(sentence), err=True)
    return FAILED


def _forget_output() -> None:
    """Nobody reads any more: without this the interpreter would fail again on its own last flush."""
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
