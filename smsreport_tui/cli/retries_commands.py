"""The queue of retries, and an operator's word on each: the Retries screen for scripts."""

from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Command, Group, json_option, surroundings
from smsreport_tui.cli.output import note, print_document, print_view, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.attempts import Decision

if TYPE_CHECKING:
    from smsreport_tui.services.retry_desk import RetryDesk


SHOWN = 100
"""So many rows a person is shown; --json holds all."""


@click.group(cls=Group, invoke_without_command=True)
@json_option
@click.pass_context
def retries(context: click.Context, as_json: bool) -> None:
    """The queue of retries: waiting, being sent, held."""
    if context.invoked_subcommand is not None:
        return
    about = context.ensure_object(Surroundings)
    with about.open_store(writable=False) as store:
        desk = about.retry_desk(store)
        if as_json:
            from smsreport_tui.cli.documents import retry_document

            print_document([retry_document(one) for one in desk.all()])
        else:
            from smsreport_tui.cli.retries_view import board_view

            board = desk.board(SHOWN)
            print_view(lambda console: board_view(console, board, about.clock.now(), about.time_zone))


def _decision(name: str, decision: Decision, words: str) -> click.Command:
    """The command of one decision."""

    @click.command(name, cls=Command, help=words)
    @click.argument("activity")
    @click.argument("profile")
    @surroundings
    def decide(about: Surroundings, activity: str, profile: str) -> None:
        with about.open_store(writable=True) as store:
            say(about.retry_desk(store).decide(activity, profile, decision))

    return decide


for _name, _decided, _words in (
    ("release", Decision.SEND, "Send a held attempt with the next pass, with the same key."),
    ("now", Decision.NOW, "Send a due attempt with the next pass."),
    ("hold", Decision.HOLD, "Hold a waiting attempt."),
    ("drop", Decision.DROP, "Send nothing more to this person in this activity."),
):
    retries.add_command(_decision(_name, _decided, _words))


@retries.command(cls=Command)
@surroundings
def probe(about: Surroundings) -> None:
    """Have a paused gateway asked by the next pass."""
    with about.open_store(writable=True) as store:
        say(about.retry_desk(store).probe())


@retries.command(cls=Command)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--stop", is_flag=True, help="Take the word back: the app's worker only syncs again.")
@surroundings
def confirm(about: Surroundings, yes: bool, stop: bool) -> None:
    """Let the app's worker send retries from this store."""
    from smsreport_tui.rules.retry_words import consent_question

    with about.open_store(writable=True) as store:
        desk: RetryDesk = about.retry_desk(store)
        if not stop and not yes:
            for line in consent_question(desk.board(0).consent):
                note(line)
            click.confirm("Send them?", abort=True, err=True)
        say(desk.confirm(sending=not stop))
