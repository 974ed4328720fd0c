"""The question before the app ends while retries wait, or an operator's work would be lost."""

from collections.abc import Sequence

from screens.confirm import ConfirmScreen
from smsreport_tui.rules.formatting import count_of


def leaving_question(waiting: int, lost: Sequence[str]) -> ConfirmScreen:
    """Says how many retries wait, how they are sent without the app, and what would be lost."""
    if not waiting:
        return ConfirmScreen("Quit all the same?", lost, "Quit", "Stay")
    lines = (
        f"{count_of(waiting, 'retry')} wait, and the worker that sends them ends with the app.",
        "To have them sent without the app, run the worker as a service: `smsreport worker --unit` prints one "
        "for systemd, and the README says where it goes.",
    )
    return ConfirmScreen("Quit while retries wait?", (*lines, *lost), "Quit", "Stay")
