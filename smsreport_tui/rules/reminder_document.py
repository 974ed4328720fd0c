"""A reminder's check list as the document that `smsreport remind --check-only --json` prints, and read back from it."""

import json
from typing import Any

from smsreport_tui.rules.amounts import format_credits, parse_credits
from smsreport_tui.rules.reminders import Audience, Checklist, Draft
from smsreport_tui.rules.times import format_time


def checklist_document(checklist: Checklist) -> dict[str, Any]:
    """Credits are decimals, and times RFC 3339, as in every document."""
    draft, audience = checklist.draft, checklist.audience
    return {
        "name": draft.name,
        "sender": draft.sender,
        "send_at": None if draft.send_at is None else format_time(draft.send_at),
        "people": audience.people,
        "opted_out": audience.opted_out,
        "suppressed": audience.suppressed,
        "excluded": audience.excluded,
        "parts": checklist.parts,
        "characters": checklist.characters,
        "encoding": checklist.encoding,
        "credits": None if checklist.cost is None else format_credits(checklist.cost),
        "balance": None if checklist.balance is None else format_credits(checklist.balance),
        "outside_hours": checklist.outside,
        "forbids": list(checklist.forbids),
        "warnings": list(checklist.warns),
    }


def read_checklist(draft: Draft, text: str, *, any_hour: bool = False) -> Checklist:
    """The check list of what was asked about. Raises ValueError for what is no such document."""
    told = _object(text)
    try:
        audience = Audience(*(int(told[name]) for name in ("people", "opted_out", "suppressed", "excluded")))
        return Checklist(
            draft,
            audience,
            int(told["parts"]),
            int(told["characters"]),
            {"gsm": "gsm", "ucs2": "ucs2"}[told["encoding"]],
            _credits(told["credits"]),
            _credits(told["balance"]),
            None if told["outside_hours"] is None else int(told["outside_hours"]),
            tuple(map(str, told["forbids"])),
            tuple(map(str, told["warnings"])),
            any_hour,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a check list") from error


def read_sent(text: str) -> tuple[str, int]:
    """The new activity's id and the people, of what `remind --yes --json` prints. Raises ValueError."""
    told = _object(text)
    try:
        return str(told["activity"]), int(told["people"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not the document of a sending") from error


def _object(text: str) -> dict[str, Any]:
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("not an object")
    return told


def _credits(text: str | None) -> int | None:
    if text is None:
        return None
    # A balance may have been overdrawn.
    return -parse_credits(text[1:]) if text.startswith("-") else parse_credits(text)
