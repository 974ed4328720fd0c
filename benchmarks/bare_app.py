"""The least that a Textual app can be: one line of text. Its start is what ours is measured beside."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class BareApp(App[None]):
    """Ends by `q`."""

    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012 - as small as Textual's own first example

    def compose(self) -> ComposeResult:
        yield Static("ready")


if __name__ == "__main__":
    BareApp().run()
