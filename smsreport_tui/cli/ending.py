"""Runs the command line and turns every ending into an exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.

Nothing ends in a traceback: what the operator can mend is a sentence, the rest stands in the log.
"""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Sequence

from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import shown

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
COMPLETION_VARIABLE = "_SMSREPORT_COMPLETE"
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
            print(file=sys.stderr)
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    try:
        return _invoke(arguments)
    except SmsReportError as error:
        _LOG.info("Failed: %s", error)
        return _failed(str(error))
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the operator gets one line and the log the rest
        return _unforeseen(error)


def _invoke(arguments: list[str]) -> int:
    # The app does not wait for click, and for the commands that it reads.
    from smsreport_tui.cli.opening import only_flags, open_app

    flags = None if os.environ.get(COMPLETION_VARIABLE) else only_flags(arguments)
    if flags is not None:
        from smsreport_tui.cli.surroundings import Surroundings

        return open_app(Surroundings(flags))
    from smsreport_tui.cli.invoking import invoke

    return invoke(arguments)


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _forget_output()
        return _failed(f"The output could not be written ({error.strerror}): check where it goes.")
    return code


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
        print(shown(sentence), file=sys.stderr, flush=True)
    return FAILED


def _forget_output() -> None:
    """Nobody reads any more: without this the interpreter would fail again on its own last flush."""
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
