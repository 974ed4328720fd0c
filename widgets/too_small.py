"""What a terminal shows that is too small for the screens: the size that they need."""

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

LEAST = Size(60, 16)


def is_too_small(size: Size) -> bool:
    """Whether the screens can not be drawn so that they can be read."""
    return size.width < LEAST.width or size.height < LEAST.height


class TooSmall(Static):
    """Stands in front of a screen while the terminal is too small."""

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, size: Size) -> None:
        """Takes the size that the terminal has."""
        needs = f"smsreport needs {LEAST.width} × {LEAST.height}"
        self.update(Content(f"Too small: {size.width} × {size.height}\n{needs}"))
