"""A line to type what is looked for; the list above follows as one types."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
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
    """Hidden until it is opened; says what was typed after each pause.

    The line is made when it is first opened: a screen paints sooner without it.
    """

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

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._line: FindInput | None = None
        self._told = ""
        self._pause: Timer | None = None

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    @property
    def text(self) -> str:
        """What is looked for, blanks at its ends apart."""
        return self._line.value.strip() if self._line is not None and self.is_open else ""

    def open(self, placeholder: str) -> None:
        """Shows the line and puts the cursor into it."""
        self.add_class("-open")
        if self._line is None:
            self._line = FindInput(compact=True, max_length=_LONGEST)
            self.mount(Static("/", classes="find--mark", markup=False), self._line)
        self._line.placeholder = placeholder
        # At once: what is typed on after the key that opened it belongs here.
        self.screen.set_focus(self._line)

    def close(self) -> None:
        """Hides the line and forgets what stood in it; tells nobody."""
        self._stop()
        self.remove_class("-open")
        self._told = ""
        if self._line is not None:
            with self._line.prevent(Input.Changed):
                self._line.value = ""

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
