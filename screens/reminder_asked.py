"""What a screen tells when its operator wants to send a reminder to people that stand there, and why none can be."""

from dataclasses import dataclass

from textual.message import Message

from smsreport_tui.services.session import Session

NO_GATEWAY = "No gateway is set up: connect one on the first screen."
ONLY_READ = "Here the store is only read: nothing can be sent."


@dataclass
class ReminderAsked(Message):
    """A reminder is wanted, to these segments less those, by name; apart from the screen, which is imported late."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def why_none(session: Session) -> str | None:
    """Why no reminder can be sent from this app; None where one can."""
    if session.gateway is None:
        return NO_GATEWAY
    return ONLY_READ if session.remind_command is None else None
