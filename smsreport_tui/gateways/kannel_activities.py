"""What the activities behind Kannel are called and say, from a file: it carries messages and knows no activities."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from smsreport_tui.gateways.items import activity_letter
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.messages import ActivityMessage
from smsreport_tui.rules.times import exact_time
from storage.letterbox import Letter

COLUMNS = ("activity", "name", "sender", "body", "sent_at")
LARGEST = 16 * 2**20
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class ActivityFile:
    """The operator's file as it stood when it was read; `digest` tells it from another one."""

    digest: str
    letters: tuple[Letter, ...]


def read_activities(path: Path) -> ActivityFile:
    """Each row as a version of its activity, dated as the file was written; what is wrong with one the door finds.

    `path` is a CSV with the columns `COLUMNS`. Raises ConfigError when there is none, or when it is not one.
    """
    try:
        written = path.stat()
        if written.st_size > LARGEST:
            raise ConfigError(f"The file of activities {path} is larger than 16 MB: keep what is new in it.")
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The file of activities {path} can not be read: check that it is there, and UTF-8."
        ) from error
    at = exact_time(written.st_mtime_ns // 1_000)
    return ActivityFile(hashlib.blake2b(content, digest_size=16).hexdigest(), tuple(_letters(text, at)))


def _letters(text: str, at: str) -> Iterator[Letter]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="", skipinitialspace=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ConfigError(f"The file of activities has no column {missing[0]!r}: it needs {', '.join(COLUMNS)}.")
    try:
        for row in reader:
            activity = row["activity"].strip()
            message = ActivityMessage(
                id=activity,
                updated_at=at,
                name=row["name"].strip() or activity,
                sender=row["sender"].strip(),
                body=row["body"],
                sent_at=row["sent_at"].strip(),
            )
            yield activity_letter(message)
    except csv.Error as error:
        raise ConfigError(f"The file of activities is no CSV ({error}, line {reader.line_num}).") from error
