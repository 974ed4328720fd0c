"""Which activity a message of Twilio's belongs to: what the operator's file says, else its service and day."""

import csv
import io
import re
from dataclasses import dataclass

from smsreport_tui.gateways.twilio_message import TwilioMessage
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.times import BadTimeError, format_time, parse_time

COLUMNS = ("service", "from", "to", "activity", "name")
_ID = re.compile(r"\A[A-Za-z0-9_.-]{1,128}\Z")
_STRANGE = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST_NAME = 500


@dataclass(frozen=True, slots=True)
class Campaign:
    """An activity by id and name; `begins` is an RFC 3339 time."""

    activity: str
    name: str
    begins: str


@dataclass(frozen=True, slots=True)
class _Row:
    service: str
    begins: int
    ends: int | None
    campaign: Campaign

    def holds(self, message: TwilioMessage) -> bool:
        if self.service and self.service not in (message.service, message.sender):
            return False
        return self.begins <= message.created and (self.ends is None or message.created < self.ends)


class Campaigns:
    """The operator's file: of the rows that hold for a message the first one says whose it is."""

    def __init__(self, text: str) -> None:
        """Reads a CSV with the columns `COLUMNS`. Raises ConfigError for the first row that can not be read."""
        self._rows = _read(text) if text.strip() else []

    def of(self, message: TwilioMessage) -> Campaign:
        """Where a message belongs, by its creation."""
        for row in self._rows:
            if row.holds(message):
                return row.campaign
        day = format_time(message.created)[:10]
        by = message.service or message.sender or "sms"
        named = _STRANGE.sub("_", by).strip("_") or "sms"
        return Campaign(f"{named[:100]}-{day}", f"{by[:100]} {day}", f"{day}T00:00:00Z")


def _read(text: str) -> list[_Row]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restval="", skipinitialspace=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ConfigError(f"The file of activities has no column {missing[0]!r}: it needs {', '.join(COLUMNS)}.")
    try:
        return [_row({name: (row[name] or "").strip() for name in COLUMNS}, reader.line_num) for row in reader]
    except csv.Error as error:
        raise ConfigError(f"The file of activities is no CSV ({error}, line {reader.line_num}).") from error


def _row(values: dict[str, str], line: int) -> _Row:
    activity = values["activity"]
    if not _ID.match(activity):
        raise ConfigError(
            f"Line {line} of the file of activities names no activity: its id has letters, digits, '_', '.' and '-'."
        )
    begins = _time(values["from"], "from", line)
    ends = _time(values["to"], "to", line) if values["to"] else None
    name = values["name"][:_LONGEST_NAME] or activity
    return _Row(values["service"], begins, ends, Campaign(activity, name, format_time(begins)))


def _time(text: str, column: str, line: int) -> int:
    try:
        return parse_time(f"{text}T00:00:00Z" if len(text) == 10 else text)
    except BadTimeError as error:
        raise ConfigError(
            f"Line {line} of the file of activities has no time in {column!r}: "
            "give a day in UTC as 2026-03-02, or 2026-03-02T09:00:00+01:00."
        ) from error
