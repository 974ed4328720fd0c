"""What a message of Twilio's says as items of the feed: the same message at the same state gives the same items."""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from smsreport_tui.gateways.twilio_activities import Campaign
from smsreport_tui.gateways.twilio_message import TwilioMessage
from smsreport_tui.rules.messages import ActivityMessage, EventMessage
from smsreport_tui.rules.times import format_time

VENDOR = "twilio"
_FINAL = {
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "bounced",
    "failed": "bounced",
    "canceled": "cancelled",
}
_SENT = frozenset({"sent", "partially_delivered", "delivered", "read", "undelivered", "failed"})
_FINEST = Decimal("0.0001")
_LONGEST_SENDER = 32
_LONGEST_REASON = 1_000


def events_of(
    message: TwilioMessage, activity_id: str, profile_id: str, attempt: int | None = None
) -> Iterator[EventMessage]:
    """The receipts that a message's state stands for; `attempt` numbers a retry of ours.

    What it cost stands on a receipt dated at its creation, as Twilio tells the price later than all else.
    """
    credits_ = _credits(message.price)

    def receipt(
        kind: str,
        at: int,
        code: str,
        scheme: str = "status",
        *,
        reason: str | None = None,
        price: str | None = None,
        body: str | None = None,
    ) -> EventMessage:
        return EventMessage(
            id=message.sid,
            kind=kind,  # type: ignore[arg-type]
            at=format_time(at),
            profile_id=profile_id,
            activity_id=activity_id,
            msisdn=message.to,
            message_id=message.sid,
            attempt=attempt,
            vendor=VENDOR,
            scheme=scheme,
            code=code,
            reason=reason,
            credits=price,
            body=body,
        )

    is_sent = message.status in _SENT
    final = _FINAL.get(message.status)
    if credits_ is not None or not (is_sent or final):
        yield receipt("queued", message.created, "queued", price=credits_)
    if is_sent:
        yield receipt("sent", message.sent or message.created, "sent", body=message.body or None)
    if final == "bounced" and message.error_code is not None:
        reason = (message.error_message or "")[:_LONGEST_REASON] or None
        yield receipt(final, message.updated, str(message.error_code), "error_code", reason=reason)
    elif final is not None:
        yield receipt(final, message.updated, message.status)


def activity_of(message: TwilioMessage, campaign: Campaign) -> ActivityMessage:
    """The activity as its newest message shows it: the version dated by the message's creation."""
    return ActivityMessage(
        id=campaign.activity,
        updated_at=format_time(message.created),
        name=campaign.name,
        sender=message.sender[:_LONGEST_SENDER],
        body=message.body,
        sent_at=campaign.begins,
    )


def _credits(price: str | None) -> str | None:
    """The price without its sign, in the account's currency, to the ten-thousandth; None until there is one."""
    try:
        amount = abs(Decimal(price or "0")).quantize(_FINEST, ROUND_HALF_EVEN)
        return f"{amount:f}" if 0 < amount < 10**14 else None
    except InvalidOperation:
        return None
