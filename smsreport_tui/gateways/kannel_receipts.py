"""What a delivery report of Kannel means: its type, and what the operator says beside it (SMPP 3.4, appendix B)."""

import re
from dataclasses import dataclass

OPERATORS = {"none": None, "sinch": ("sinch", "cloud_smpp.err"), "gsm": ("gsm", "map_error")}
"""Whose list the numbers behind `err:` are from, by the account's word: no number means the same everywhere."""

_KINDS = {
    "1": "delivered",
    "2": "bounced",
    "4": "queued",
    "8": "sent",
    "16": "bounced",
    "34": "bounced",
    "66": "bounced",
}
_STATES = {
    "SCHEDUL": "0",
    "ENROUTE": "1",
    "DELIVRD": "2",
    "EXPIRED": "3",
    "DELETED": "4",
    "UNDELIV": "5",
    "ACCEPTD": "6",
    "UNKNOWN": "7",
    "REJECTD": "8",
    "SKIPPED": "9",
}
_STATE = re.compile(r"\bstat:([A-Za-z]{1,10})")
_ERROR = re.compile(r"\berr:([0-9A-Fa-f]{1,10})\b")
_REFUSED = re.compile(r"NACK/(0x[0-9A-Fa-f]{8})/")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The kind of event, and the code with its vendor and scheme where there is one (rules.md 2)."""

    kind: str
    vendor: str | None = None
    scheme: str | None = None
    code: str | None = None
    bounce: str | None = None


def read_receipt(dlr_type: str, text: str, operator: tuple[str, str] | None) -> Receipt:
    """The receipt of a type (`%d`) with the operator's text (`%A`).

    A failure has the first of: the number behind `err:` where it is known whose list it is from, the state, the
    refusal at submit, the type. An unknown type becomes a kind that the door refuses.
    """
    kind = _KINDS.get(dlr_type, f"dlr {dlr_type[:20]}")
    if kind != "bounced":
        return Receipt(kind)
    state = _STATE.search(text)
    number = _STATES.get(state[1].upper()[:7]) if state else None
    # What ran out is no word about the number, whatever list the code is from.
    bounce = "soft" if number == _STATES["EXPIRED"] else None
    error = _ERROR.search(text)
    if operator is not None and error is not None and error[1].strip("0"):
        return Receipt(kind, *operator, error[1].lstrip("0"), bounce)
    if number is not None and number != _STATES["UNDELIV"]:
        return Receipt(kind, "smpp", "message_state", number, bounce)
    refused = _REFUSED.search(text)
    if refused:
        return Receipt(kind, "smpp", "command_status", f"0x{refused[1][2:].upper()}")
    return Receipt(kind, "kannel", "dlr_type", dlr_type)
