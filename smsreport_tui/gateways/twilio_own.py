"""Which of Twilio's messages are attempts of ours: by their sid, or as what an attempt without an answer asked for."""

from collections.abc import Sequence

from smsreport_tui.gateways.twilio_message import TwilioMessage
from smsreport_tui.rules.clock import HOUR, MINUTE
from storage.own_messages import OwnMessage, OwnMessages

SKEW = 5 * MINUTE
"""So far our clock may be from Twilio's."""


class OwnIndex:
    """Read anew for every page: an attempt is written down before its request leaves, and its message listed after."""

    def __init__(self, own: OwnMessages) -> None:
        self._own = own
        self._by_sid: dict[str, OwnMessage] = {}

    def read(self, messages: Sequence[TwilioMessage]) -> None:
        """Find which of these messages are ours, each attempt being one of them at most: the earliest."""
        sent = self._own.since(min(message.created for message in messages) - HOUR)
        answered = {one.message_id: one for one in sent if one.message_id is not None}
        taken = {_key(one) for one in self._by_sid.values()}
        unanswered: dict[tuple[str, str], list[OwnMessage]] = {}
        for one in sent:
            if one.message_id is None and one.msisdn and one.body and _key(one) not in taken:
                unanswered.setdefault((one.msisdn, one.body.strip()), []).append(one)
        for message in sorted(messages, key=lambda one: (one.created, one.sid)):
            if message.sid in answered:
                self._by_sid[message.sid] = answered[message.sid]
            elif message.sid not in self._by_sid:
                some = unanswered.get((message.to, message.body.strip()), [])
                mine = next((one for one in some if abs(message.created - one.requested_at) <= SKEW), None)
                if mine is not None:
                    some.remove(mine)
                    self._by_sid[message.sid] = mine

    def unmet(self, since: int) -> list[str]:
        """The messages of open attempts since then that were not among those read: a list by date leaves some out."""
        sent = self._own.since(since)
        return [one.message_id for one in sent if one.is_open and one.message_id and one.message_id not in self._by_sid]

    def of(self, message: TwilioMessage) -> OwnMessage | None:
        """The attempt that a message is, or None."""
        return self._by_sid.get(message.sid)


def _key(one: OwnMessage) -> tuple[str, str, int]:
    return one.activity_id, one.profile_id, one.attempt
