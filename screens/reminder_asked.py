"""What a screen tells when its operator wants to send a reminder to people that stand there."""

from dataclasses import dataclass

from textual.message import Message


@dataclass
class ReminderAsked(Message):
    """A reminder is wanted, to these segments less those, by name; apart from the screen, which is imported late."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
