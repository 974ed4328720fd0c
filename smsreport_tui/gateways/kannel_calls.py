"""What Kannel calls the receiver with: delivery reports at `dlr`, messages from people at `mo`."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

import msgspec

from smsreport_tui.gateways.calls import Call, CallRefusedError
from smsreport_tui.gateways.items import event_letter, person_letter
from smsreport_tui.gateways.kannel_receipts import read_receipt
from smsreport_tui.gateways.replies import Inbound, LastSent, reply_letters
from smsreport_tui.rules.clock import SECOND
from smsreport_tui.rules.messages import EventMessage
from smsreport_tui.rules.outcomes import RECEIPT_KINDS
from smsreport_tui.rules.times import BadTimeError, exact_time, parse_time
from storage.letterbox import Letter
from storage.people_book import PeopleBook

RECEIPTS, REPLIES = "dlr", "mo"
LONGEST_REASON = 200
_UCS2 = (b"UTF-16BE", b"UCS-2")
_LAST_SECOND = 4_102_444_799
"""The end of 2099: later is absurd (rules.md 1)."""


class _Sent(msgspec.Struct):
    kind: str
    at: str
    msisdn: str | None = None
    activity_id: str | None = None
    attempt: int = 1


_SENT = msgspec.json.Decoder(_Sent)


class KannelCalls:
    """Takes whatever stands behind the secret: Kannel signs nothing."""

    signature_header = ""

    def check(self, call: Call) -> None:
        """Raises CallRefusedError for a path that no configuration of ours names."""
        if call.path not in (RECEIPTS, REPLIES):
            raise CallRefusedError(404, "Kannel has called an address that is neither dlr nor mo.")

    def answer(self, call: Call) -> tuple[str, bytes]:  # noqa: ARG002 - all are answered alike
        """Nothing: whatever is said here Kannel sends to the person as an SMS."""
        return "text/plain", b""


class KannelMail:
    """Makes items of calls, and knows of all that it has made what each number was sent.

    `operator` says whose list the numbers behind `err:` are from.
    """

    def __init__(self, book: PeopleBook, operator: tuple[str, str] | None) -> None:
        self._book = book
        self._operator = operator
        self._last = LastSent(book)

    def note_unread(self, events: Iterable[bytes]) -> None:
        """Note what was sent by events that earlier calls have become and no sync has read yet."""
        for content in events:
            try:
                event = _SENT.decode(content)
                at = parse_time(event.at)
            except (msgspec.MsgspecError, BadTimeError):
                continue
            if event.kind in RECEIPT_KINDS and event.activity_id and event.msisdn and event.attempt == 1:
                self._last.note(event.msisdn, event.activity_id, at)

    def letters(self, calls: list[Call]) -> list[Letter]:
        """Items of these calls, the oldest first; what is wrong with one the door finds, and keeps it aside."""
        letters: list[Letter] = []
        for call in calls:
            given = _given(call.query)
            letters += self._receipt(given) if call.path == RECEIPTS else self._reply(given)
        return letters

    def _receipt(self, given: dict[str, str]) -> list[Letter]:
        number, activity = _msisdn(given.get("to", "")), given.get("activity", "")
        person, text = self._book.profile_id(number), given.get("reply", "")
        receipt = read_receipt(given.get("type", ""), text, self._operator)
        at = _micros(given.get("at", ""))
        event = EventMessage(
            id="",
            kind=receipt.kind,  # type: ignore[arg-type]
            at=_time(at, given.get("at", "")),
            profile_id=person,
            activity_id=activity,
            msisdn=number,
            message_id=given.get("message") or None,
            attempt=_whole(given.get("attempt", "1")),
            vendor=receipt.vendor,
            scheme=receipt.scheme,
            code=receipt.code,
            reason=text[:LONGEST_REASON] if receipt.kind == "bounced" else None,
            bounce=receipt.bounce,  # type: ignore[arg-type]
        )
        if at is not None and event.attempt == 1:
            self._last.note(number, activity, at)
        return [person_letter(person, number), event_letter(event)]

    def _reply(self, given: dict[str, str]) -> list[Letter]:
        number, at = _msisdn(given.get("from", "")), _micros(given.get("at", ""))
        if at is None:
            event = EventMessage(
                id=given.get("id", ""),
                kind="replied",
                at=given.get("at", ""),
                profile_id=self._book.profile_id(number),
                msisdn=number,
            )
            return [event_letter(event)]
        return reply_letters(self._book, self._last, Inbound(given.get("id", ""), number, given.get("text", ""), at))


def _given(query: str) -> dict[str, str]:
    """What a call says. Kannel hands on what a person wrote in UCS-2 as it came, and names that in `charset` (`%C`)."""
    raw = {
        name: value.encode("latin-1") for name, value in parse_qsl(query, keep_blank_values=True, encoding="latin-1")
    }
    wide = raw.get("charset", b"").upper() in _UCS2
    return {
        name: value.decode("utf-16-be" if wide and name == "text" else "utf-8", "replace")
        for name, value in raw.items()
    }


def _msisdn(text: str) -> str:
    """E.164 where Kannel leaves out the plus, which in a query is a blank; else what was given."""
    digits = text.strip().removeprefix("+")
    return f"+{digits}" if digits.isascii() and digits.isdigit() else text


def _micros(text: str) -> int | None:
    seconds = _whole(text)
    return seconds * SECOND if seconds is not None and 0 <= seconds <= _LAST_SECOND else None


def _time(at: int | None, text: str) -> str:
    return exact_time(at) if at is not None else text


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
