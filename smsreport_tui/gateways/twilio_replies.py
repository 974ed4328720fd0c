"""What people answer to an account's messages, taken up once each."""

from smsreport_tui.gateways.replies import Inbound, LastSent, reply_letters
from smsreport_tui.gateways.twilio_message import TwilioMessage
from storage.letterbox import Letter
from storage.people_book import PeopleBook

MOST_NOTED = 50_000
"""Numbers."""


class Replies:
    """Of one look: what was sent in it is noted for all while there is room, then for the numbers that have replied.

    That is enough, as Twilio lists the newest first: a reply comes before what it answers. `taken` are the replies that
    earlier looks have taken up: whatever becomes known of what was sent, they stay as they are.
    """

    def __init__(self, people: PeopleBook, taken: dict[str, int]) -> None:
        self._people = people
        self._last = LastSent(people)
        self._taken = taken
        self._new: dict[str, TwilioMessage] = {}
        self._noted: set[str] = set()

    def add(self, message: TwilioMessage) -> None:
        """A reply was met."""
        if message.sid not in self._taken:
            self._new[message.sid] = message
            self._noted.add(message.sender)

    def note_sent(self, message: TwilioMessage, activity_id: str) -> None:
        """What was sent was met: it may be what a reply answers."""
        if message.to in self._noted or len(self._noted) < MOST_NOTED:
            self._noted.add(message.to)
            self._last.note(message.to, activity_id, message.sent or message.created)

    def letters(self) -> tuple[list[Letter], dict[str, int]]:
        """The items of the new replies, and the time of each by its id."""
        letters: list[Letter] = []
        for sid, message in sorted(self._new.items()):
            inbound = Inbound(sid, message.sender, message.body, message.sent or message.created)
            letters += reply_letters(self._people, self._last, inbound)
        return letters, {sid: one.created for sid, one in self._new.items()}
