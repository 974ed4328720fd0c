"""The question before the app ends while retries wait, or changes are not saved."""

from screens.confirm import ConfirmScreen
from smsreport_tui.rules.formatting import count_of


def leaving_question(waiting: int, *, unsaved: bool) -> ConfirmScreen:
    """Says how many retries wait, how they are sent without the app, and that changes would be lost."""
    lost = ("A segment that is being changed is not saved: w in its builder saves it.",) if unsaved else ()
    if not waiting:
        return ConfirmScreen("Quit without saving?", lost, "Quit", "Stay")
    lines = (
        f"{count_of(waiting, 'retry')} wait, and the worker that sends them ends with the app.",
        "To have them sent without the app, run the worker as a service: `smsreport worker --unit` prints one "
        "for systemd, and the README says where it goes.",
    )
    return ConfirmScreen("Quit while retries wait?", (*lines, *lost), "Quit", "Stay")
