"""The app on a demo's store."""

import tempfile
from pathlib import Path

import click

from smsreport_tui.cli.command import Command
from smsreport_tui.cli.ending import FAILED
from smsreport_tui.cli.opening import run, session, tell_refusal
from smsreport_tui.cli.simulate_command import world_options
from smsreport_tui.cli.surroundings import Surroundings


@click.command(cls=Command)
@world_options
@click.option("--keep-in", metavar="STORE", help="Keep what is made up in this store, which is not there yet.")
@click.pass_context
def demo(context: click.Context, *, profiles: int, activities: int, seed: int, keep_in: str | None) -> None:
    """Open the app on live made-up data.

    They come from the built-in gateway simulator, and nothing of them is kept unless it is said where.
    """
    if tell_refusal():
        context.exit(FAILED)
    about = context.ensure_object(Surroundings)
    about.start_log(to_screen=False)
    # A wrong configuration is told before anything is started.
    config = str(about.settings.config_file) if about.settings.config_file.exists() else None
    from smsreport_tui.cli.signals import interrupting
    from smsreport_tui.demo import World, demo_surroundings

    with (
        interrupting(),
        tempfile.TemporaryDirectory(prefix="smsreport-demo-", ignore_cleanup_errors=True) as folder,
        demo_surroundings(World(profiles, activities, seed), Path(folder), keep_in) as flags,
    ):
        live = Surroundings({**flags, "config": config}, about.verbose)
        code = run(session(live, demo=True))
    context.exit(code)
