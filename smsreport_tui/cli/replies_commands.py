"""What people have answered, and an operator's word on what may have been meant as an opt-out."""

import click

from smsreport_tui.cli.command import Command, ListGroup, json_option, surroundings
from smsreport_tui.cli.output import print_document, print_view, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.columns import SHOWN_ROWS
from smsreport_tui.rules.reply_figures import ReplyDecision


@click.group(cls=ListGroup)
@click.option("--near-misses", is_flag=True, help="Only those that may be an opt-out and wait for your word.")
@json_option
@click.pass_context
def replies(context: click.Context, near_misses: bool, as_json: bool) -> None:
    """List what people have answered, or decide whether it was an opt-out.

    A reply that is one of the words, such as STOP, is an opt-out by itself; one in which such a word only stands, or
    is misspelled, is a near miss.
    """
    if context.invoked_subcommand is not None:
        return
    about = context.ensure_object(Surroundings)
    from smsreport_tui.services.replies import replies as read

    with about.open_store(writable=False) as store:
        page = read(store, None if as_json else SHOWN_ROWS, near_misses=near_misses)
    if as_json:
        from smsreport_tui.cli.documents import reply_document

        print_document([reply_document(one) for one in page.rows])
        return
    from smsreport_tui.cli.replies_view import replies_view

    zone = about.time_zone
    print_view(lambda console: replies_view(console, page, zone, near_misses=near_misses))


def _decision(name: str, decision: ReplyDecision, words: str) -> click.Command:
    """The command of one decision."""

    @click.command(name, cls=Command, help=words)
    @click.argument("event")
    @surroundings
    def decide(about: Surroundings, event: str) -> None:
        from smsreport_tui.services.replies import decide as decide_of

        # A store that does not exist has no replies, and must not be made.
        about.open_store(writable=False).close()
        with about.open_store(writable=True) as store:
            say(decide_of(store, event, decision))

    return decide


for _name, _decided, _words in (
    ("opt-out", ReplyDecision.OPT_OUT, "Take the reply EVENT for an opt-out, as of when it came."),
    ("dismiss", ReplyDecision.DISMISS, "The reply EVENT was no opt-out."),
):
    replies.add_command(_decision(_name, _decided, _words))
