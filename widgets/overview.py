"""The head of a report: a few lines of named values, which open to everything that was set for the sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static


@dataclass(frozen=True, slots=True)
class Named:
    """A value and what it is; either may be empty."""

    name: str
    value: str
    opens: bool = False


@dataclass(frozen=True, slots=True)
class OverviewText:
    """The lines shown always, and the sections shown when it is open; all of it fit for the terminal."""

    lines: tuple[tuple[Named, ...], ...] = ()
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Overview(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Enter or a click opens and closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "unfold", "Settings", show=False, id="overview.open", tooltip="Open or close all settings"),
        Binding("down,j", "scroll_down", "Down", show=False, id="overview.down", tooltip="Scroll down"),
        Binding("up,k", "scroll_up", "Up", show=False, id="overview.up", tooltip="Scroll up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="overview.page_down", tooltip="A page down"),
        Binding("pageup", "page_up", "Page up", show=False, id="overview.page_up", tooltip="A page up"),
        Binding("home,g", "scroll_home", "Start", show=False, id="overview.start", tooltip="To the start"),
        Binding("end,G", "scroll_end", "End", show=False, id="overview.end", tooltip="To the end"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = OverviewText()
        self._head = Static(markup=False, classes="overview--head")
        self._rest = Static(markup=False, classes="overview--rest")

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._rest

    def show(self, text: OverviewText) -> None:
        """Takes the texts; whether it is open stays."""
        if text != self._text:
            self._text = text
            self._paint()

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def close(self) -> None:
        """Closes it, as Esc does."""
        if self.is_open:
            self.action_unfold()

    def action_unfold(self) -> None:
        self.toggle_class("-open")
        self._paint()
        self.scroll_home(animate=False)

    def on_click(self) -> None:
        self.action_unfold()

    def _paint(self) -> None:
        self._head.update(Content("\n").join(_line(line, is_open=self.is_open) for line in self._text.lines))
        self._rest.update(_sections(self._text.sections) if self.is_open else Content(""))


def _line(line: Sequence[Named], *, is_open: bool) -> Content:
    parts: list[Content] = []
    for item in line:
        arrow = ("▾ " if is_open else "▸ ") if item.opens else ""
        name = Content.styled(f"{item.name} {arrow}" if item.name else arrow, "$label")
        parts.append(Content.assemble(name, Content.styled(item.value, "bold" if item.name == "From" else "")))
    return Content("  ").join(parts)


def _sections(sections: Sequence[tuple[str, tuple[str, ...]]]) -> Content:
    lines: list[Content] = []
    for heading, body in sections:
        lines.append(Content.styled(heading, "bold"))
        lines.extend(Content(f"  {line}") for line in body)
    return Content("\n").join(lines)
