"""What people have answered: which activity a reply belongs to, also when that was told of a moment ago only."""

import msgspec

from smsreport_tui.gateways.replies import Inbound, LastSent, reply_letters
from smsreport_tui.gateways.sinch_answers import Inbound as SinchInbound
from smsreport_tui.gateways.sinch_answers import number
from smsreport_tui.rules.times import parse_time
from storage.known_activities import KnownActivities
from storage.letterbox import Letter, Letterbox
from storage.people_book import PeopleBook
from storage.store import Store

_READ_AT_ONCE = 5_000


class _Sent(msgspec.Struct):
    kind: str
    at: str
    msisdn: str = ""
    activity_id: str | None = None
    attempt: int = 1


class Replies:
    """The replies to the activities of a store."""

    def __init__(self, store: Store, box: Letterbox) -> None:
        self._book = PeopleBook(store)
        self._last = _LastSent(store, self._book, box)

    def letters(self, inbound: SinchInbound, at: int) -> list[Letter]:
        """One reply as it is posted; `at` is when it came (microseconds UTC)."""
        msisdn = number(inbound.sender) or inbound.sender
        return reply_letters(self._book, self._last, Inbound(inbound.id, msisdn, _text(inbound), at))


class _LastSent(LastSent):
    """By the store and by the letters that it has yet to read, those of a look that was cut off among them."""

    def __init__(self, store: Store, book: PeopleBook, box: Letterbox) -> None:
        super().__init__(book)
        self._people = book
        self._box = box
        self._known = KnownActivities(store)
        self._unread: dict[str, list[tuple[int, str]]] | None = None

    def activity(self, msisdn: str, before: int) -> str | None:
        """What a reply at that time answers; of two of one instant, as the store would say."""
        found = [one for one in self._unread_sends().get(msisdn, ()) if one[0] <= before]
        stored = self._people.last_activity(msisdn, before)
        if stored is not None:
            found.append((self._known.sent_at(stored, self._people.profile_id(msisdn)) or 0, stored))
        return min(found, key=lambda one: (-one[0], one[1]))[1] if found else None

    def _unread_sends(self) -> dict[str, list[tuple[int, str]]]:
        if self._unread is None:
            self._unread, after = {}, 0
            while letters := self._box.read("events", after, _READ_AT_ONCE):
                after = letters[-1].key
                for letter in letters:
                    self._read(letter.content, self._unread)
        return self._unread

    def _read(self, content: bytes, unread: dict[str, list[tuple[int, str]]]) -> None:
        try:
            sent = msgspec.json.decode(content, type=_Sent)
        except msgspec.MsgspecError:
            return
        if sent.kind == "sent" and sent.activity_id is not None and sent.attempt == 1:
            unread.setdefault(sent.msisdn, []).append((parse_time(sent.at), sent.activity_id))


def _text(inbound: SinchInbound) -> str:
    """What was written; nothing for what is no text."""
    if inbound.type == "mo_text" and isinstance(inbound.body, str):
        return inbound.body
    if inbound.type == "mo_media" and isinstance(inbound.body, dict):
        return str(inbound.body.get("message") or "")
    return ""
