"""What stands against a reminder, and its check list in an operator's words: for the screen and the command alike."""

from collections.abc import Sequence

from smsreport_tui.rules import formatting
from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.formatting import NOTHING, ago, count_of, local_time, thousands
from smsreport_tui.rules.reminders import KEY_LIFE, REPEATED_WITHIN, Asked, Audience, Checklist, ReminderState
from smsreport_tui.rules.text import shown
from smsreport_tui.rules.times import format_time

NOBODY = "Nobody is left to send to: look at the segments."
PAST = "The time of the sending has passed: give one to come, or none to send at once."
NO_CREDITS = "The gateway has no credits left: buy some first."
NOT_CONFIRMED = "Sending has not been confirmed for this store: confirm it on the Retries screen first."
RETRIES_WAIT = (
    "Sending has not been confirmed for this store, so the app's worker will not send soft bounces of this reminder "
    "again: `smsreport retries confirm` lets it."
)
IS_REPEATED = (
    "This reminder was asked for before, and its answer never came: it is asked for with the same key, so that nothing "
    "is sent twice."
)
ONE_CHANCE = (
    "This gateway can not tell a repeated request: if its answer is lost, nobody can find out whether the reminder was "
    "sent."
)
_NAMED, _LONGEST_NAME = 3, 60
_ENCODINGS = {"gsm": "GSM", "ucs2": "UCS-2"}


def why_not_again(asked: Asked, now: int) -> str | None:
    """Why the same reminder is not sent, after it was asked for before; None where it may be asked for again."""
    when = format_time(asked.asked_at)
    if asked.state is ReminderState.ACCEPTED:
        return (
            f"The same reminder was sent at {when}, as activity {asked.activity_id}: give it another name to send it "
            "again."
        )
    return None if can_be_found_out(asked, now) else lost_for_good(asked)


def lost_for_good(asked: Asked) -> str:
    """What is left to do where the gateway can not be asked any more whether it has sent a reminder."""
    return (
        f"The same reminder was asked for at {format_time(asked.asked_at)}, its answer never came, and it can not be "
        "found out any more: look for it with `smsreport activities`, and give it another name to send it again."
    )


def is_repetition(asked: Asked, now: int) -> bool:
    """Whether the same reminder, asked for now, has to do with this earlier one."""
    if asked.state is ReminderState.ACCEPTED:
        return abs(now - asked.asked_at) < REPEATED_WITHIN
    return asked.state is ReminderState.SENDING


def unanswered(asked: Asked) -> str:
    """A warning of another reminder that may have been sent."""
    return (
        f"The answer to the reminder {shown(asked.draft.name)!r}, asked for at {format_time(asked.asked_at)}, never "
        "came: it may have been sent. The same command again finds out."
    )


def open_line(asked: Sequence[Asked], now: int) -> str:
    """What doctor says of reminders, the oldest first, that were neither accepted nor refused, and what to do."""
    if not asked:
        return "Every reminder that was asked for has its answer."
    told = [f"{shown(one.draft.name, _LONGEST_NAME)!r}, asked for {ago(now, one.asked_at)}" for one in asked[:_NAMED]]
    more = [f"{thousands(len(asked) - _NAMED)} more"] if len(asked) > _NAMED else []
    has = "has" if len(asked) == 1 else "have"
    steps = []
    lost = sum(not can_be_found_out(one, now) for one in asked)
    if lost < len(asked):
        steps.append("The same `smsreport remind` again finds out whether it was sent, and nothing is sent twice.")
    if lost:
        old = f"What was asked for more than {KEY_LIFE // HOUR} hours ago"
        steps.append(f"{old} can not be found out any more: look for it with `smsreport activities`.")
    return f"{count_of(len(asked), 'reminder')} {has} no answer yet: {'; '.join([*told, *more])}. {' '.join(steps)}"


def can_be_found_out(asked: Asked, now: int) -> bool:
    """Whether the gateway still knows the key of a request whose answer never came."""
    # Dated by a clock that was set back since, it may be of any age.
    return asked.asked_at - HOUR <= now <= asked.asked_at + KEY_LIFE


def outside_hours(checklist: Checklist) -> str | None:
    """People who may not be sent to at that hour."""
    if not checklist.outside:
        return None
    people = count_of(checklist.outside, "person")
    if checklist.any_hour:
        return f"{people} get it outside the allowed hours, because it is sent at any hour."
    return f"{people} would get it outside the allowed hours: choose another time, or leave them out."


def credits_left(checklist: Checklist) -> str | None:
    """Whether the gateway's credits seem to suffice."""
    balance, cost = checklist.balance, checklist.cost
    if balance is None or cost is None or cost <= balance:
        return None
    return f"It costs about {formatting.credits(cost)} credits, and {formatting.credits(balance)} are left."


def left_out(audience: Audience) -> str:
    """Who of the included segments does not get it, to stand behind the number of those who do; nothing for nobody."""
    steps = ((audience.opted_out, "opted out"), (audience.suppressed, "suppressed"), (audience.excluded, "excluded"))
    words = [f"{thousands(count)} {word}" for count, word in steps if count]
    return f" ({', '.join(words)} left out)" if words else ""


def _hours(checklist: Checklist) -> str:
    if checklist.outside is None:
        return "any, and no allowed hours are set"
    outside = f"{count_of(checklist.outside, 'person')} outside the allowed hours"
    return f"any, {outside}" if checklist.any_hour else outside


def checklist_lines(checklist: Checklist, zone: str | None) -> tuple[str, ...]:
    """What an operator should know before sending."""
    draft, audience = checklist.draft, checklist.audience
    to = ", ".join(shown(name) for name in draft.include)
    less = f", less {', '.join(shown(name) for name in draft.exclude)}" if draft.exclude else ""
    when = "at once" if draft.send_at is None else f"at {local_time(draft.send_at, zone)}"
    text = f"{count_of(checklist.characters, 'character')} in {count_of(checklist.parts, 'part')}"
    cost = NOTHING if checklist.cost is None else f"about {formatting.credits(checklist.cost)}"
    balance = NOTHING if checklist.balance is None else formatting.credits(checklist.balance)
    lines = [
        f"{shown(draft.name)} from {shown(draft.sender)}, {when}",
        f"To        {to}{less}",
        f"People    {thousands(audience.people)}{left_out(audience)}",
        f"Text      {text}, {_ENCODINGS[checklist.encoding]}",
        f"Credits   {cost} of {balance}, {thousands(checklist.messages)} parts in all",
    ]
    if checklist.outside is not None or checklist.any_hour:
        lines.append(f"Hours     {_hours(checklist)}")
    lines += [f"Stop      {sentence}" for sentence in checklist.forbids]
    lines += [f"Note      {sentence}" for sentence in checklist.warns]
    return tuple(lines)
