"""A form whose work a child process does: it says how far that is and how it ended, and Esc cancels it."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Button, ProgressBar

from screens.desk import Desk
from screens.form import FormDialog
from smsreport_tui.services.child_process import CANCELLED_CODE, Outcome, Task


class TaskDialog(FormDialog[None]):
    """Enter begins, and closes what is done; the subclass says what is asked, what is begun, and what came of it."""

    WHAT: ClassVar[str]
    """What the child does, as the subject of a sentence."""
    CANCELLED: ClassVar[str]
    """The notice of a cancelled one."""
    AGAIN: ClassVar[str] = ""
    """What is said after the sentence of a failure."""

    @dataclass
    class Progressed(Message):
        """So many rows or people are done, of all."""

        done: int
        total: int

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, TaskDialog.Progressed)

    @dataclass
    class Ended(Message):
        """The child has ended."""

        outcome: Outcome

    def __init__(self, desk: Desk, title: str, yes: str) -> None:
        super().__init__(desk, title, yes)
        self._child: Task | None = None
        self._began = 0.0
        self._is_done = False

    @abstractmethod
    def asked(self) -> ComposeResult:
        """The fields above the bar."""

    @abstractmethod
    def begin(self) -> None:
        """Starts the work, or says in the note why not."""

    @abstractmethod
    def progress(self, done: int, total: int, seconds: float) -> str:
        """How far it is, as a line."""

    @abstractmethod
    def succeeded(self, outcome: Outcome) -> str:
        """What holds when it has ended well, as a sentence."""

    def fields(self) -> ComposeResult:
        yield from self.asked()
        yield ProgressBar(id="bar", show_eta=False)

    def on_mount(self) -> None:
        self.query_one(ProgressBar).display = False

    @property
    def is_at_work(self) -> bool:
        """Whether the child runs."""
        return self._child is not None

    def action_go(self) -> None:
        if self._is_done:
            self.dismiss()
        elif not self.is_at_work:
            self.begin()

    def name_go(self, label: str) -> None:
        """What the button that begins is called."""
        self.query_one("#form-go", Button).label = label

    def start(self, command: Sequence[str], total: int | None = None) -> None:
        """Starts the child; `total` is how much there is to do, as far as that is known before."""
        self._child = Task(command, self.WHAT, keeps=True)
        self._began = monotonic()
        self._enable(False)
        bar = self.query_one(ProgressBar)
        bar.update(total=total or None, progress=0)
        bar.display = True
        self.note(f"{self.WHAT} has begun … Esc cancels.")
        self.query_one("#form-cancel", Button).focus()
        self._run_task(self._child)

    def _enable(self, enabled: bool) -> None:
        for widget in self.query("Input, Choice, CheckList, #form-go"):
            widget.disabled = not enabled

    @work(thread=True)
    def _run_task(self, task: Task) -> None:
        self.post_message(self.Ended(task.run(self._tell)))

    def _tell(self, done: int, total: int) -> None:
        self.post_message(self.Progressed(done, total))

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        self.query_one(ProgressBar).update(total=message.total or None, progress=message.done)
        self.note(self.progress(message.done, message.total, monotonic() - self._began))

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        outcome, self._child = message.outcome, None
        self.query_one(ProgressBar).display = False
        cancel = self.query_one("#form-cancel", Button)
        cancel.disabled = False
        if outcome.done:
            self._is_done = True
            self.note(self.succeeded(outcome))
            cancel.label = "Close"
            cancel.focus()
        elif outcome.code == CANCELLED_CODE:
            self.app.notify(self.CANCELLED, markup=False)
            self.dismiss()
        else:
            self.failed(outcome.message or f"{self.WHAT} failed with code {outcome.code}.")

    def failed(self, sentence: str) -> None:
        """Shows why, and lets one try again."""
        self._enable(True)
        self.name_go(self._yes)
        self.note(f"{sentence}{self.AGAIN}", bad=True)
        if isinstance(self.AUTO_FOCUS, str):
            self.query_one(self.AUTO_FOCUS).focus()

    def action_leave(self) -> None:
        cancel = self.query_one("#form-cancel", Button)
        if self._child is None:
            self.dismiss()
        elif not cancel.disabled:
            # Asked once: asked again, a child drops what it would end with.
            cancel.disabled = True
            self.note("Cancelling …")
            self._child.cancel()

    def on_unmount(self) -> None:
        if self._child is not None:
            self._child.cancel()
