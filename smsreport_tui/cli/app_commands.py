"""The app, on the operator's store or on a demo's."""

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Command
from smsreport_tui.cli.ending import FAILED
from smsreport_tui.cli.output import note
from smsreport_tui.cli.simulate_command import world_options
from smsreport_tui.cli.surroundings import Surroundings

if TYPE_CHECKING:
    from smsreport_tui.services.session import Session


def open_app(context: click.Context) -> None:
    """Opens the app on the store of the settings, and ends with its code."""
    about = context.ensure_object(Surroundings)
    _refuse_without_terminal(context)
    about.start_log(to_screen=False)
    code = _run(session(about))
    from smsreport_tui.ways import DEMO_WANTED

    if code == DEMO_WANTED:
        import os

        from smsreport_tui.paths import own_command

        command = own_command("demo")
        # In place of this process, so that terminal and signals are the demo's alone.
        os.execv(command[0], command)  # noqa: S606 - the command is the program's own
    context.exit(code)


@click.command(cls=Command)
@world_options
@click.pass_context
def demo(context: click.Context, profiles: int, activities: int, seed: int) -> None:
    """Open the app on live made-up data.

    They come from the built-in gateway simulator, and nothing of them is kept.
    """
    _refuse_without_terminal(context)
    about = context.ensure_object(Surroundings)
    about.start_log(to_screen=False)
    # A wrong configuration is told before anything is started.
    config = str(about.settings.config_file) if about.settings.config_file.exists() else None
    from smsreport_tui.cli.signals import interrupting
    from smsreport_tui.demo import World, demo_surroundings

    with (
        interrupting(),
        tempfile.TemporaryDirectory(prefix="smsreport-demo-", ignore_cleanup_errors=True) as folder,
        demo_surroundings(World(profiles, activities, seed), Path(folder)) as flags,
    ):
        live = Surroundings({**flags, "config": config}, about.verbose)
        code = _run(session(live, demo=True))
    context.exit(code)


def _run(given: "Session") -> int:
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


def _refuse_without_terminal(context: click.Context) -> None:
    from smsreport_tui.terminal import refuse_without_terminal

    refusal = refuse_without_terminal()
    if refusal:
        note(refusal)
        context.exit(FAILED)
