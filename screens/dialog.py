"""What every dialog has in common: like the screens behind it, it says so when the terminal is too small for it."""

from typing import TypeVar

from textual import events
from textual.geometry import Size
from textual.screen import ModalScreen

from widgets.too_small import TooSmall, is_too_small

T = TypeVar("T")


class Dialog(ModalScreen[T], inherit_bindings=False):
    """Stands in front of a screen until it is dismissed."""

    DEFAULT_CSS = "Dialog { layers: base front; }"

    def on_mount(self) -> None:
        self.mount(TooSmall())
        self._fit_to(self.size)

    def on_resize(self, event: events.Resize) -> None:
        self._fit_to(event.size)

    def _fit_to(self, size: Size) -> None:
        self.set_class(is_too_small(size), "-too-small")
        for widget in self.query(TooSmall):
            widget.show(size)
