"""What people have answered: which activity a reply belongs to, also when that was told of a moment ago only."""

import msgspec

from smsreport_tui.gateways.items import event_letter, person_letter
from smsreport_tui.gateways.sinch_answers import Inbound, number
from smsreport_tui.rules.messages import EventMessage
from smsreport_tui.rules.opt_out_words import Reply, reply_meaning
from smsreport_tui.rules.times import exact_time, parse_time
from storage.known_activities import KnownActivities
from storage.letterbox import Letter, Letterbox
from storage.people_book import PeopleBook
from storage.store import Store

_READ_AT_ONCE = 5_000
_LONGEST_TEXT = 2_000


class _Sent(msgspec.Struct):
    kind: str
    at: str
    profile_id: str
    activity_id: str | None = None
    attempt: int = 1


class Replies:
    """The replies to the activities of a store."""

    def __init__(self, store: Store, box: Letterbox) -> None:
        self._box = box
        self._book = PeopleBook(store)
        self._known = KnownActivities(store)
        self._unread: dict[str, list[tuple[int, str]]] | None = None

    def letters(self, inbound: Inbound, at: int) -> list[Letter]:
        """One reply as it is posted; `at` is when it came (microseconds UTC)."""
        msisdn = number(inbound.sender) or inbound.sender
        activity_id = self._answered(msisdn, at)
        person = self._book.profile_id(msisdn)
        text = _text(inbound)
        event = EventMessage(
            id=inbound.id,
            kind="replied",
            at=exact_time(at),
            profile_id=person,
            activity_id=activity_id,
            msisdn=msisdn,
            text=text[:_LONGEST_TEXT] or None,
        )
        letters = [person_letter(person, msisdn), event_letter(event)]
        if reply_meaning(text) is Reply.OPT_OUT:
            letters.append(event_letter(msgspec.structs.replace(event, kind="unsubscribed", text=None)))
        return letters

    def _answered(self, msisdn: str, at: int) -> str | None:
        """The activity that a number was last sent, at or before a time, by the store and what it has yet to read."""
        person = self._book.profile_id(msisdn)
        found = [one for one in self._unread_sends().get(person, []) if one[0] <= at]
        stored = self._book.last_activity(msisdn, at)
        if stored is not None:
            found.append((self._known.sent_at(stored, person) or 0, stored))
        return min(found, key=lambda one: (-one[0], one[1]))[1] if found else None

    def _unread_sends(self) -> dict[str, list[tuple[int, str]]]:
        if self._unread is None:
            self._unread, after = {}, 0
            while letters := self._box.read("events", after, _READ_AT_ONCE):
                after = letters[-1].key
                for letter in letters:
                    self._note(letter.content)
        return self._unread

    def _note(self, content: bytes) -> None:
        try:
            sent = msgspec.json.decode(content, type=_Sent)
        except msgspec.MsgspecError:
            return
        if sent.kind == "sent" and sent.activity_id is not None and sent.attempt == 1 and self._unread is not None:
            self._unread.setdefault(sent.profile_id, []).append((parse_time(sent.at), sent.activity_id))


def _text(inbound: Inbound) -> str:
    """What was written; nothing for what is no text."""
    if inbound.type == "mo_text" and isinstance(inbound.body, str):
        return inbound.body
    if inbound.type == "mo_media" and isinstance(inbound.body, dict):
        return str(inbound.body.get("message") or "")
    return ""
