"""What a widget asks for when the operator copies: the text, already as the screen shows it."""

from dataclasses import dataclass

from textual.message import Message


@dataclass
class CopyAsked(Message):
    """The text is wanted on the clipboard."""

    text: str
