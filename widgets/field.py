"""A line of a form: what is asked on the left, the answer beside it."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static


class Field(Horizontal):
    """Takes the label's words and the widget that is answered with."""

    DEFAULT_CSS = """
    Field { height: auto; }
    Field > .field--label { width: 12; }
    """

    def __init__(self, label: str, answer: Widget, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._label = label
        self._answer = answer

    def compose(self) -> ComposeResult:
        yield Static(self._label, classes="field--label", markup=False)
        yield self._answer
