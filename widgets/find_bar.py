"""A line to type what is looked for; the list above follows as one types."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

# A hand that types fast needs less between two letters: the list is asked for once the hand has paused.
PAUSE_SECONDS = 0.12
_LONGEST = 200


class FindInput(Input):
    """A line whose down and Enter go to the list, and whose Esc ends the search."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "End find", id="find.end", tooltip="End the search and show all rows"),
        Binding("enter,down", "to_list", "To the list", id="find.list", tooltip="Go to what was found"),
    ]

    class Left(Message):
        """The operator wants all rows back."""

    class ToList(Message):
        """The operator wants to go on in the list."""

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def action_to_list(self) -> None:
        self.post_message(self.ToList())


class FindBar(Horizontal):
    """Hidden until it is opened; says what was typed after each pause."""

    DEFAULT_CSS = """
    FindBar { height: 1; display: none; }
    FindBar.-open { display: block; }
    FindBar > .find--mark { width: auto; padding: 0 1; }
    FindBar > FindInput { width: 1fr; }
    """

    @dataclass
    class Changed(Message):
        """What is looked for has changed; empty means all rows."""

        text: str

    class Closed(Message):
        """The search was ended."""

    class Entered(Message):
        """The operator wants to go on in the list."""

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._placeholder = placeholder
        self._told = ""
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static("/", classes="find--mark", markup=False)
        yield FindInput(placeholder=self._placeholder, compact=True, max_length=_LONGEST)

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    @property
    def text(self) -> str:
        """What is looked for, blanks at its ends apart."""
        return self.query_one(FindInput).value.strip() if self.is_open else ""

    def open(self, placeholder: str) -> None:
        """Shows the line and puts the cursor into it."""
        self.add_class("-open")
        line = self.query_one(FindInput)
        line.placeholder = placeholder
        # At once: what is typed on after the key that opened it belongs here.
        self.screen.set_focus(line)

    def close(self) -> None:
        """Hides the line and forgets what stood in it; tells nobody."""
        self._stop()
        self.remove_class("-open")
        self._told = ""
        line = self.query_one(FindInput)
        with line.prevent(Input.Changed):
            line.value = ""

    def _stop(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._tell)

    def _tell(self) -> None:
        self._stop()
        if self.is_open and self.text != self._told:
            self._told = self.text
            self.post_message(self.Changed(self._told))

    @on(FindInput.Left)
    def _left(self, event: FindInput.Left) -> None:
        event.stop()
        self.close()
        self.post_message(self.Closed())

    @on(FindInput.ToList)
    def _to_list(self, event: FindInput.ToList) -> None:
        event.stop()
        self._tell()
        self.post_message(self.Entered())
