"""A new SMS to the people of some segments less those of others."""

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from smsreport_tui.cli.command import Command, json_option
from smsreport_tui.cli.output import note, print_document, say
from smsreport_tui.cli.progress import upload_progress
from smsreport_tui.cli.surroundings import Surroundings

if TYPE_CHECKING:
    from smsreport_tui.cli.documents import Document
    from smsreport_tui.rules.reminders import Checklist, Draft
    from smsreport_tui.services.reminders import Reminders

T = TypeVar("T")


@click.command(cls=Command)
@click.option("--name", required=True, help="What the new activity is called.")
@click.option("--sender", required=True, help="Whom it comes from: a name or a number.")
@click.option("--body", required=True, help="The text.")
@click.option("--include", multiple=True, required=True, metavar="SEGMENT", help="Send to its people; may be repeated.")
@click.option("--exclude", multiple=True, metavar="SEGMENT", help="Leave its people out; may be repeated.")
@click.option(
    "--at",
    "at",
    metavar="TIME",
    help="When to send, such as 2026-03-02T09:00:00+01:00, or 2026-03-02 09:00 in your time zone; else at once.",
)
@click.option("--any-hour", is_flag=True, help="Send also to people for whom it is no allowed hour.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--check-only", is_flag=True, hidden=True)
@click.option("--progress-lines", "lines", is_flag=True, hidden=True)
@json_option
@click.pass_context
def remind(
    context: click.Context,
    *,
    name: str,
    sender: str,
    body: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    at: str | None,
    any_hour: bool,
    yes: bool,
    check_only: bool,
    lines: bool,
    as_json: bool,
) -> None:
    """Send a new SMS to the people of segments.

    The segments are pushed to the gateway, a check list is shown, and after a yes the SMS is sent, once: when its
    answer was lost, the same command again asks with the same key.

    With --json: {"activity", "name", "sender", "send_at", "people", "parts", "characters", "credits", "balance",
    "outside_hours", "warnings"}.
    """
    from smsreport_tui.rules.errors import ReminderError
    from smsreport_tui.rules.reminder_words import checklist_lines
    from smsreport_tui.rules.reminders import read_draft

    about = context.ensure_object(Surroundings)
    draft = read_draft(name, sender, body, include, exclude, _time(at, about.time_zone))
    run = _Run(about, any_hour, lines)
    checklist = run.check(draft)
    if check_only and as_json:
        from smsreport_tui.rules.reminder_document import checklist_document

        print_document(checklist_document(checklist))
        return
    for line in checklist_lines(checklist, about.time_zone):
        (note if as_json else say)(line)
    if check_only:
        return
    if checklist.forbids:
        # The last line is all that a program which started this one may keep.
        why = " ".join(checklist.forbids) if as_json else "see what stands against it above."
        raise ReminderError(f"Nothing was sent: {why}")
    if not yes:
        if not sys.stdin.isatty():
            raise ReminderError("Nothing was sent: where nobody can be asked, --yes says that it is to be sent.")
        click.confirm("Send it?", abort=True, err=True)
    activity = run.send(draft)
    if as_json:
        print_document(_document(activity, checklist))
    else:
        say(f"Sent as activity {activity}.")


class _Run:
    """One command's dealings with the gateway."""

    def __init__(self, about: Surroundings, any_hour: bool, lines: bool) -> None:
        self._about = about
        self._any_hour = any_hour
        self._lines = lines

    def check(self, draft: "Draft") -> "Checklist":
        with upload_progress("People to the gateway", self._lines) as progress:
            return self._with(lambda reminders: reminders.check(draft, progress))

    def send(self, draft: "Draft") -> str:
        from smsreport_tui.services.reminders import new_key

        try:
            return self._with(lambda reminders: reminders.send(draft, new_key()))
        except KeyboardInterrupt:
            note("Whether it was sent is not known: the same command again finds out, and nothing is sent twice.")
            raise

    def _with(self, work: "Callable[[Reminders], Awaitable[T]]") -> T:
        from smsreport_tui.cli.signals import run_until_interrupted

        return run_until_interrupted(self._worked(work))

    async def _worked(self, work: "Callable[[Reminders], Awaitable[T]]") -> T:
        about = self._about
        connect = about.gateway_maker()
        from smsreport_tui.services.reminders import Reminders

        with about.open_store(writable=True) as store:
            gateway = connect(store)
            try:
                hours = about.settings.allowed_hours
                return await work(Reminders(store, gateway, about.clock, hours=hours, any_hour=self._any_hour))
            finally:
                await gateway.aclose()


def _time(text: str | None, zone: str | None) -> int | None:
    from smsreport_tui.rules.local_times import read_moment
    from smsreport_tui.rules.times import BadTimeError

    try:
        return None if text is None else read_moment(text, zone)
    except BadTimeError as error:
        raise click.BadParameter(str(error), param_hint="--at") from error


def _document(activity: str, checklist: "Checklist") -> "Document":
    from smsreport_tui.rules.amounts import format_credits
    from smsreport_tui.rules.times import format_time

    draft = checklist.draft
    return {
        "activity": activity,
        "name": draft.name,
        "sender": draft.sender,
        "send_at": None if draft.send_at is None else format_time(draft.send_at),
        "people": checklist.audience.people,
        "parts": checklist.parts,
        "characters": checklist.characters,
        "credits": None if checklist.cost is None else format_credits(checklist.cost),
        "balance": None if checklist.balance is None else format_credits(checklist.balance),
        "outside_hours": checklist.outside,
        "warnings": list(checklist.warns),
    }
