"""Segment files (cli.md) on the disk."""

import json
from pathlib import Path

from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.segment_file import LARGEST_FILE, SegmentFile, read_file, write_file
from smsreport_tui.rules.text import shown
from smsreport_tui.services.atomic_file import atomic_file


def read_segment_file(path: Path) -> SegmentFile:
    """Raises SegmentError for a file that can not be read, or is no segment's."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file is called so"
        raise SegmentError(f"{shown(str(path))} can not be read ({reason}): check the name.") from error
    return read_file(data)


def write_segment_file(path: Path, file: SegmentFile, *, force: bool) -> None:
    """Complete under its name, or not at all. Raises ExportError, also for a file that is there without `force`."""
    with atomic_file(path, force=force) as target:
        target.write(json.dumps(write_file(file), ensure_ascii=False, indent=2).encode() + b"\n")
