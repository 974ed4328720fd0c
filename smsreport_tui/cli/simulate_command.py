"""The gateway simulator alone, to try the program and other readers of the feed on."""

import os
import signal
from collections.abc import Callable
from typing import Any, TypeVar

import click

from smsreport_tui.cli.command import Command
from smsreport_tui.cli.ending import DONE, INTERRUPTED
from smsreport_tui.cli.output import say
from smsreport_tui.cli.parent import when_parent_ends
from smsreport_tui.cli.signals import interrupting
from smsreport_tui.cli.surroundings import Surroundings

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def world_options(command: Decorated) -> Decorated:
    """How large the simulated world is, and which one."""
    at_least_one = click.IntRange(1)
    for name, default, words in (
        ("--seed", 1, "The same seed is the same world."),
        ("--activities", 12, "Activities in the world."),
        ("--profiles", 2_000, "People in the world."),
    ):
        kind = int if name == "--seed" else at_least_one
        command = click.option(name, type=kind, default=default, show_default=True, help=words)(command)
    return command


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(0, 65_535), default=0, show_default=True, help="0 picks one.")
@world_options
@click.option(
    "--speed", type=click.FloatRange(0, min_open=True), default=1.0, show_default=True, help="World seconds a second."
)
@click.option("--faults", metavar="LIST", default="", help="Faults by name, joined by commas, or all.")
@click.option("--with-parent", is_flag=True, hidden=True)
@click.pass_context
def simulate(
    context: click.Context,
    *,
    port: int,
    profiles: int,
    activities: int,
    seed: int,
    speed: float,
    faults: str,
    with_parent: bool,
) -> None:
    """Run the gateway simulator on 127.0.0.1.

    Its first line is `ready http://127.0.0.1:PORT`. It takes any token, or with SMSREPORT_TOKEN set only that.
    """
    from smsreport_tui.simulator.faults import parse_faults
    from smsreport_tui.simulator.run import serve
    from smsreport_tui.simulator.world import WorldConfig

    switches = parse_faults(faults)
    about = context.ensure_object(Surroundings)
    config = WorldConfig(profiles=profiles, activities=activities, seed=seed, speed=speed)
    orphaned = False

    def end() -> None:
        nonlocal orphaned
        orphaned = True
        os.kill(os.getpid(), signal.SIGTERM)

    with interrupting():
        if with_parent:
            when_parent_ends(end)
        token = about.environ.get("SMSREPORT_TOKEN") or None
        serve(config, port, switches, lambda url: say(f"ready {url}"), token, about.clock)
    # It serves until it is told to end.
    context.exit(DONE if orphaned else INTERRUPTED)
