"""What people answer, as events: every reply, and an opt-out where it is one of the words (rules/opt_out_words.py)."""

from dataclasses import dataclass

from msgspec.structs import replace

from smsreport_tui.gateways.items import event_letter, person_letter
from smsreport_tui.rules.messages import EventMessage
from smsreport_tui.rules.opt_out_words import Reply, reply_meaning
from smsreport_tui.rules.times import exact_time
from storage.letterbox import Letter
from storage.people_book import PeopleBook

LONGEST = 2_000
"""Characters of a reply that are kept, as the feed's protocol has it."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a person: the vendor's id of it, the number (E.164), the text, when (microseconds UTC)."""

    id: str
    msisdn: str
    text: str
    at: int


class LastSent:
    """What each number was last sent, by the store and by what the adapter is just taking up."""

    def __init__(self, book: PeopleBook) -> None:
        self._book = book
        self._noted: dict[str, dict[str, int]] = {}

    def note(self, msisdn: str, activity: str, at: int) -> None:
        """This activity went to the number then, or before; it may not stand in the store yet."""
        noted = self._noted.setdefault(msisdn, {})
        noted[activity] = min(at, noted.get(activity, at))

    def activity(self, msisdn: str, before: int) -> str | None:
        """What a reply at that time answers: the activity last sent at or before it, as the store will say."""
        sent = self._book.sent(msisdn)
        for activity, at in self._noted.get(msisdn, {}).items():
            sent[activity] = min(at, sent.get(activity, at))
        known = [(-at, activity) for activity, at in sent.items() if at <= before]
        return min(known)[1] if known else None


def reply_letters(book: PeopleBook, last: LastSent, inbound: Inbound) -> list[Letter]:
    """The person, the reply, and the opt-out if it is one; they name the activity that the number was last sent.

    A message that comes again is the same event also when more is known by then of what was sent: the first word stays.
    """
    person = book.profile_id(inbound.msisdn)
    about = EventMessage(
        id=inbound.id,
        kind="replied",
        at=exact_time(inbound.at),
        profile_id=person,
        activity_id=last.activity(inbound.msisdn, inbound.at),
        msisdn=inbound.msisdn,
    )
    reply = replace(about, text=inbound.text[:LONGEST])
    letters = [person_letter(person, inbound.msisdn), _letter(reply)]
    if reply_meaning(inbound.text) is Reply.OPT_OUT:
        letters.append(_letter(replace(about, kind="unsubscribed")))
    return letters


def _letter(event: EventMessage) -> Letter:
    return event_letter(event, known_by=replace(event, activity_id=None))
