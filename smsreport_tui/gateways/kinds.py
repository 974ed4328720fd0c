"""The kinds of gateways that the program can speak with: what each asks the operator, and how it is connected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smsreport_tui.gateways import twilio_settings
from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.address import gateway_url
from smsreport_tui.gateways.shlink_options import DEFAULT_TAG, DOMAIN, TAG, check_domain, check_tag
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import ConfigError

if TYPE_CHECKING:
    from smsreport_tui.gateways.calls import CallTaker
    from smsreport_tui.gateways.interface import Gateway
    from smsreport_tui.gateways.patience import Patience
    from storage.store import Store

Build = Callable[[Account, "Store | None", Clock, "Patience | None"], "Gateway"]
"""Connects to an account's gateway; without a store only `info` may be asked of it. Raises ConfigError."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that an account of a kind must be told: its key in the configuration, and what to ask for it.

    `check` raises ConfigError with a sentence; `default` is None where an answer is needed.
    """

    name: str
    asks: str
    default: str | None = None
    check: Callable[[str], object] = str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name on the command line, in words, what its secret is called, and its questions.

    `url` is the address that is proposed, or None where the operator must know it. `sends` is False of a source that
    brings clicks and nothing else. `takes_calls` makes what looks at the calls of a vendor that calls the receiver.
    """

    name: str
    words: str
    secret: str
    build: Build
    url: str | None = None
    questions: tuple[Question, ...] = ()
    sends: bool = True
    takes_calls: "Callable[[Account], CallTaker] | None" = None


def _feed(account: Account, _store: "Store | None", clock: Clock, patience: "Patience | None") -> "Gateway":
    from smsreport_tui.gateways.feed import FeedGateway

    return FeedGateway(account.url, account.secret, clock=clock, patience=patience)


def _kannel(account: Account, store: "Store | None", clock: Clock, _patience: "Patience | None") -> "Gateway":
    from smsreport_tui.gateways.kannel import KannelGateway

    return KannelGateway(account, store, clock)


def _kannel_calls(_account: Account) -> "CallTaker":
    from smsreport_tui.gateways.kannel_calls import KannelCalls

    return KannelCalls()


def _check_operator(text: str) -> str:
    if text not in _OPERATORS:
        raise ConfigError(f"The operator's codes are one of {', '.join(_OPERATORS)}.")
    return text


_OPERATORS = ("none", "sinch", "gsm")
RECEIVER = "http://127.0.0.1:8190"
"""Where `smsreport receive` listens unless it is told otherwise."""
_KANNEL = Kind(
    "kannel",
    "Kannel, or what speaks its sendsms",
    "password",
    _kannel,
    "http://127.0.0.1:13013/cgi-bin/sendsms",
    (
        Question("user", "Name of the sendsms-user"),
        Question("sender", "Sender of messages that name none, if there is one", ""),
        Question("receiver", "Address by which Kannel reaches `smsreport receive`", RECEIVER, gateway_url),
        Question(
            "operator",
            f"Whose numbers the operator's receipts have behind err: ({', '.join(_OPERATORS)})",
            "none",
            _check_operator,
        ),
        Question("activities", "CSV file of the activities' names and texts, if there is one", ""),
    ),
    takes_calls=_kannel_calls,
)


def _twilio(account: Account, store: "Store | None", clock: Clock, patience: "Patience | None") -> "Gateway":
    from smsreport_tui.gateways.twilio import TwilioGateway

    return TwilioGateway(account, store, clock, patience)


def _twilio_calls(account: Account) -> "CallTaker":
    from smsreport_tui.gateways.twilio_calls import TwilioCalls

    return TwilioCalls(twilio_settings.read_settings(account).account_sid, account.secret)


_TWILIO = Kind(
    "twilio",
    "Twilio",
    "auth token",
    _twilio,
    "https://api.twilio.com",
    (
        Question("account_sid", "Account SID (AC...)", check=twilio_settings.account_sid),
        Question("sender", "Number, name or Messaging Service that retries come from", "", twilio_settings.sender),
        Question(
            "receiver", "Address by which Twilio reaches `smsreport receive`, if any", "", twilio_settings.receiver
        ),
        Question("activities", "CSV file that says which messages are which activity, if there is one", ""),
        Question(
            "overlap_hours",
            "Hours in which the state of a message may change",
            twilio_settings.OVERLAP_HOURS,
            twilio_settings.overlap_hours,
        ),
        Question(
            "history_days",
            "Days that the first look goes back",
            twilio_settings.HISTORY_DAYS,
            twilio_settings.history_days,
        ),
    ),
    takes_calls=_twilio_calls,
)


def _shlink(account: Account, store: "Store | None", clock: Clock, patience: "Patience | None") -> "Gateway":
    from smsreport_tui.gateways.shlink import build

    return build(account, store, clock, patience)


_SHLINK = Kind(
    "shlink",
    "Shlink, whose short links tell who clicks",
    "API key",
    _shlink,
    questions=(
        Question(TAG, "Tag of the short links that this store makes", DEFAULT_TAG, check_tag),
        Question(DOMAIN, "Domain of the short links, empty for Shlink's default", "", check_domain),
    ),
    sends=False,
)


def _sinch(account: Account, store: "Store | None", clock: Clock, patience: "Patience | None") -> "Gateway":
    from smsreport_tui.gateways.sinch import SinchGateway

    return SinchGateway(account.url, account.secret, store, clock, patience=patience)


_SINCH = Kind("sinch", "Sinch SMS: https://REGION.sms.api.sinch.com/xms/v1/SERVICE_PLAN_ID", "API token", _sinch)
_FEED = Kind("feed", "a platform that speaks the open feed", "token", _feed)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (_FEED, _KANNEL, _SINCH, _TWILIO, _SHLINK)}
