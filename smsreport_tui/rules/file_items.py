"""What a row of an operator's file says of a person or of an activity, as fields of the feed's own items."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smsreport_tui.rules.feed import Scalar
from smsreport_tui.rules.phone_numbers import BadNumberError, msisdn_of
from smsreport_tui.rules.times import BadTimeError, exact_time, parse_time
from smsreport_tui.rules.zones import known_zone

Values = Mapping[str, str]
"""A row's cells by column as `column_name` spells it, without the blanks around them."""

_OTHER_NAMES = {"time_zone": "timezone", "time zone": "timezone", "consent": "sms_consent"}
_PERSON = frozenset({"id", "msisdn", "name", "email", "tags", "sms_consent", "timezone", "updated_at"})
_ACTIVITY = frozenset({"id", "name", "sender", "sent_at", "body", "timezone", "updated_at"})
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?")
"""What is a number to a reader of the file; a code with a zero in front, or longer than numbers are exact, is text."""
_YES, _NO = frozenset({"true", "yes", "y", "1"}), frozenset({"false", "no", "n", "0"})


class BadRowError(ValueError):
    """A row can not be taken; the text says why."""


@dataclass(frozen=True, slots=True)
class FileItem:
    """One row: the fields that its file speaks of, None where the cell is empty, and the row's own date if it has one.

    `id` is None for a person who is known by the number alone.
    """

    id: str | None
    fields: Mapping[str, Any]
    attributes: Mapping[str, Scalar | None]
    updated_at: int | None


def column_name(heading: str) -> str:
    """A heading as rows are read by it: the columns with a meaning in small letters, any other as it stands."""
    text = heading.strip()
    folded = text.casefold()
    name = _OTHER_NAMES.get(folded, folded)
    return name if name in _PERSON | _ACTIVITY else text


def person(values: Values, now: int, *, country: str | None, takes_ids: bool) -> FileItem:
    """A row about a person; an id is an attribute where people are known by number. Raises BadRowError."""
    try:
        fields: dict[str, Any] = {"msisdn": msisdn_of(values.get("msisdn", ""), country)}
    except BadNumberError as error:
        raise BadRowError(str(error)) from error
    for name in ("name", "email"):
        if name in values:
            fields[name] = values[name] or None
    if "timezone" in values:
        fields["timezone"] = _zone(values["timezone"])
    if "tags" in values:
        tags = (tag.strip() for tag in re.split(r"[;|]", values["tags"]))
        fields["tags"] = list(dict.fromkeys(filter(None, tags))) or None
    # An empty cell says nothing: whoever has said no stays so until somebody says yes.
    if values.get("sms_consent"):
        fields["sms_consent"] = _yes_or_no(values["sms_consent"])
    own = _PERSON if takes_ids else _PERSON - {"id"}
    attributes = {name: _scalar(text) for name, text in values.items() if name not in own}
    return FileItem(values.get("id") or None if takes_ids else None, fields, attributes, _date(values, now))


def activity(values: Values, now: int) -> FileItem:
    """A row about an activity. Raises BadRowError."""
    if not values.get("id"):
        raise BadRowError("id: missing")
    if not values.get("sent_at"):
        raise BadRowError("sent_at: missing")
    fields: dict[str, Any] = {"sent_at": exact_time(_time("sent_at", values["sent_at"]))}
    fields |= {name: values[name] for name in ("name", "sender", "body") if name in values}
    if "timezone" in values:
        fields["timezone"] = _zone(values["timezone"])
    return FileItem(values["id"], fields, {}, _date(values, now))


def _date(values: Values, now: int) -> int | None:
    if not values.get("updated_at"):
        return None
    found = _time("updated_at", values["updated_at"])
    if found > now:
        # It would stand against everything that comes until then.
        raise BadRowError("updated_at: lies in the future")
    return found


def _time(name: str, text: str) -> int:
    try:
        return parse_time(text)
    except BadTimeError as error:
        raise BadRowError(f"{name}: {error}, write it like 2026-03-02T09:00:00+01:00") from error


def _zone(text: str) -> str | None:
    if text and known_zone(text) is None:
        raise BadRowError("timezone: no such zone, write it like Europe/Stockholm")
    return text or None


def _yes_or_no(text: str) -> bool:
    folded = text.casefold()
    if folded not in _YES | _NO:
        raise BadRowError("sms_consent: neither true nor false")
    return folded in _YES


def _scalar(text: str) -> Scalar | None:
    folded = text.casefold()
    if folded in ("true", "false"):
        return folded == "true"
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text or None
