"""Twilio's calls: status callbacks and incoming messages, signed with the account's auth token.

A call only says which message has news: the message itself is asked for at the next sync, as a callback has no time.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from smsreport_tui.gateways.calls import Call, CallRefusedError
from smsreport_tui.gateways.twilio_message import SID

FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 200
_SID_NAMES = ("MessageSid", "SmsSid", "SmsMessageSid")


class TwilioCalls:
    """Takes the calls of one account."""

    signature_header = "x-twilio-signature"

    def __init__(self, account_sid: str, token: str) -> None:
        self._account_sid = account_sid
        self._token = token

    def check(self, call: Call) -> None:
        """Raises CallRefusedError for what Twilio has not signed, or what is about no message of this account."""
        if call.method != "POST":
            raise CallRefusedError(405, "Twilio calls with POST: set the webhook's method to it.")
        if call.content_type.partition(";")[0].strip().lower() != FORM:
            raise CallRefusedError(415, "The call has no form in it, as Twilio's have.")
        fields = _fields(call)
        given = call.signature.encode("utf-8", "replace")
        signed = [hmac.compare_digest(signature(self._token, url, fields).encode(), given) for url in _forms(call.url)]
        if not any(signed):
            raise CallRefusedError(
                403, "The call is not signed with the account's auth token for the address that it came to."
            )
        if dict(fields).get("AccountSid") != self._account_sid:
            raise CallRefusedError(403, "The call is about another account.")
        if message_sid(call) is None:
            raise CallRefusedError(400, "The call names no message.")

    def answer(self, call: Call) -> tuple[str, bytes]:  # noqa: ARG002 - the same for all
        """TwiML that does nothing: nobody is answered, and Twilio logs no error."""
        return "text/xml", b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def message_sid(call: Call) -> str | None:
    """The message that a call is about, or None."""
    try:
        fields = dict(_fields(call))
    except CallRefusedError:
        return None
    return next((fields[name] for name in _SID_NAMES if SID.match(fields.get(name, ""))), None)


def signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """HMAC-SHA1 over the address and every field's name and value in their order, each pair once, in Base64."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(set(fields)))
    digest = hmac.new(token.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _fields(call: Call) -> list[tuple[str, str]]:
    try:
        text = call.body.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise CallRefusedError(400, "The call's form can not be read.") from error


def _forms(url: str) -> list[str]:
    """The address with and without its port: Twilio signs either."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return [url]
    host = parts.netloc.rpartition("@")[2]
    bare = host if parts.port is None else host.rpartition(":")[0]
    return [urlunsplit(parts._replace(netloc=netloc)) for netloc in (bare, f"{bare}:{port}")]
