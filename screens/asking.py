"""Questions to the source: each in a thread, the newest of a topic wins, its answer is painted where it was asked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from textual import work
from textual.message import Message
from textual.screen import Screen

from screens.desk import Desk
from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import ReportSource

R = TypeVar("R")
T = TypeVar("T")
_LONGEST_SENTENCE = 400


class Asking(Screen[R], inherit_bindings=False):
    """A screen or dialog that reads the source; the subclass says what it asks and how it paints."""

    @dataclass
    class Answered(Message):
        """The answer to a question of a topic: what paints it, or what shows why there is none."""

        topic: str
        number: int
        paint: Callable[[], None]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._numbers: dict[str, int] = {}
        self._pending: set[str] = set()
        self._in_turn: dict[str, Callable[[], None]] = {}
        self._has_widgets = False

    @property
    def in_use(self) -> bool:
        """Whether its widgets stand: after they were mounted, before the screen or the app goes away."""
        return self._has_widgets and self.app.is_running and self in self.app.screen_stack

    def on_mount(self) -> None:
        self._has_widgets = True

    def show_problem(self, sentence: str) -> None:
        """A question failed."""
        self.notify(sentence, severity="error", markup=False)

    def answered(self) -> None:
        """An answer was painted, or why there is none."""

    def ask(
        self,
        topic: str,
        question: Callable[[ReportSource], T],
        paint: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Runs the question in a thread, then `paint` with its answer, unless the topic was asked again meanwhile.

        `failed` takes the sentence of a failure; without it that is shown as a problem of the screen.
        """
        source = self.desk.source
        if source is None:
            return
        number = self._numbers[topic] = self._numbers.get(topic, 0) + 1
        self._pending.add(topic)
        self._question(topic, number, lambda: partial(paint, question(source)), failed or self.show_problem)

    def ask_in_turn(
        self,
        topic: str,
        question: Callable[[ReportSource], T],
        paint: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """As `ask`, once the answer under way is painted: of those that wait meanwhile only the newest is asked.

        For questions that take long and are asked with every key: no more than one of them is ever at work.
        """
        if topic in self._pending:
            self._in_turn[topic] = lambda: self.ask(topic, question, paint, failed)
        else:
            self.ask(topic, question, paint, failed)

    def is_asking(self, topic: str) -> bool:
        """Whether an answer is under way."""
        return topic in self._pending

    @work(thread=True)
    def _question(
        self, topic: str, number: int, answer: Callable[[], Callable[[], None]], failed: Callable[[str], None]
    ) -> None:
        if number != self._numbers[topic]:
            return
        try:
            self.post_message(self.Answered(topic, number, answer()))
        except SmsReportError as error:
            self.post_message(self.Answered(topic, number, partial(failed, shown(str(error), _LONGEST_SENTENCE))))

    def on_asking_answered(self, message: Answered) -> None:
        message.stop()
        if message.number != self._numbers.get(message.topic) or not self.in_use:
            return
        self._pending.discard(message.topic)
        message.paint()
        following = self._in_turn.pop(message.topic, None)
        if following is not None:
            following()
        self.answered()
