"""Opens the app on a store. Nothing here needs click, which the app does not wait for (`ending`)."""

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from smsreport_tui.cli.ending import FAILED
from smsreport_tui.cli.surroundings import Surroundings

if TYPE_CHECKING:
    from smsreport_tui.services.session import Session

_FLAGS = ("store", "gateway", "account", "config")


def only_flags(words: Sequence[str]) -> dict[str, str | None] | None:
    """The global options by name, where a command line is made of these alone; None where it is click's to read."""
    flags: dict[str, str | None] = dict.fromkeys(_FLAGS)
    rest = iter(words)
    for option in rest:
        name, value = option.removeprefix("--"), next(rest, "-")
        # An option in the place of a value is a mistake, which click explains.
        if name == option or name not in flags or value.startswith("-"):
            return None
        flags[name] = value
    return flags


def open_app(about: Surroundings) -> int:
    """Opens the app on the store of the settings; its exit code."""
    if tell_refusal():
        return FAILED
    about.start_log(to_screen=False)
    code = run(session(about))
    from smsreport_tui.ways import DEMO_WANTED

    if code == DEMO_WANTED:
        from smsreport_tui.paths import own_command

        command = own_command("demo")
        # In place of this process, so that terminal and signals are the demo's alone.
        os.execv(command[0], command)  # noqa: S606 - the command is the program's own
    return code


def run(given: "Session") -> int:
    """Runs the app; its exit code."""
    from smsreport_tui.terminal import paint_promptly

    paint_promptly()
    from smsreport_tui.app import run_app

    return run_app(given)


def session(about: Surroundings, *, demo: bool = False) -> "Session":
    """What the app is given; its children are started with the same global options."""
    from smsreport_tui.cli.children import (
        connect_command,
        export_command,
        forget_command,
        people_command,
        push_command,
        remind_command,
        worker_command,
    )
    from smsreport_tui.paths import log_file, remembered_file
    from smsreport_tui.services.remembered import Remembered
    from smsreport_tui.services.session import Session
    from smsreport_tui.terminal import in_browser

    settings = about.settings
    return Session(
        open_source=partial(about.open_reports, asks_first=not demo),
        glance=about.glance,
        export_command=export_command(about),
        people_command=people_command(about),
        export_dir=settings.export_dir,
        log_path=log_file(),
        forget_command=forget_command(about),
        connect_command=connect_command(about),
        push_command=push_command(about),
        remind_command=remind_command(about),
        can_become_demo=not in_browser(),
        renew=lambda: session(Surroundings(about.flags, about.verbose, about.environ, about.clock), demo=demo),
        worker_command=worker_command(about, asks_first=not demo) if settings.gateway else None,
        gateway=settings.gateway,
        time_zone=about.time_zone,
        outcomes=settings.outcomes,
        demo=demo,
        theme=settings.theme,
        keys=settings.keys or {},
        clock=about.clock,
        remembered=Remembered(remembered_file()),
    )


def tell_refusal() -> bool:
    """Whether the app can not run here; if so the operator is told why."""
    from smsreport_tui.terminal import refuse_without_terminal

    refusal = refuse_without_terminal()
    if refusal:
        from smsreport_tui.cli.output import note

        note(refusal)
    return refusal is not None
