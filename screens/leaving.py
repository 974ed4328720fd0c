"""The question before the app ends while retries wait."""

from screens.confirm import ConfirmScreen
from smsreport_tui.rules.formatting import count_of


def leaving_question(waiting: int) -> ConfirmScreen:
    """Says how many retries wait, and how they are sent without the app."""
    lines = (
        f"{count_of(waiting, 'retry')} wait, and the worker that sends them ends with the app.",
        "To have them sent without the app, run the worker as a service: `smsreport worker --unit` prints one "
        "for systemd, and the README says where it goes.",
    )
    return ConfirmScreen("Quit while retries wait?", lines, "Quit", "Stay")
