"""A segment's people as a file; one that is meant for sending has a manifest beside it that says who was left out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import ExportError
from smsreport_tui.rules.segment_figures import Channel, Waterfall
from smsreport_tui.rules.segment_file import SegmentFile, write_file
from smsreport_tui.rules.text import shown
from smsreport_tui.rules.times import exact_time
from smsreport_tui.services.atomic_file import atomic_file, check_target
from smsreport_tui.services.export import check_export, export_rows

# Only the type: who only asks where a manifest stands needs no store.
if TYPE_CHECKING:
    from smsreport_tui.services.export_audit import ExportAudit
    from smsreport_tui.services.segment_desk import SegmentDesk

_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class ExportedPeople:
    """Rows in the file, and for sending the steps that led to them and where they are written down."""

    rows: int
    waterfall: Waterfall | None = None
    manifest: Path | None = None


def manifest_path(path: Path) -> Path:
    """Where the manifest of a file stands."""
    return path.with_name(f"{path.name}.manifest.json")


def check_people_export(path: Path, channel: Channel | None, *, force: bool) -> None:
    """Refuse what `export_people` would refuse, before anybody is read. Raises ExportError."""
    check_export(path, force=force)
    if channel is not None:
        check_target(manifest_path(path), force=force)


def export_people(
    desk: "SegmentDesk",
    clock: Clock,
    name: str,
    path: Path,
    channel: Channel | None = None,
    *,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    audit: "ExportAudit | None" = None,
) -> ExportedPeople:
    """Write the people of a segment; for a channel those who may be sent to by it. Raises ExportError, SegmentError.

    The manifest is written last: a file without one, or with one of another hash, was not finished. One that an earlier
    file of the same name had is removed where the new file has none.
    """
    check_people_export(path, channel, force=force)
    at, segment = clock.now(), desk.get(name)
    with desk.rows(name, channel) as (rows, steps):
        if progress is not None:
            progress(0, rows.total)
        meant_for = None if channel is None else channel.value
        written = None if audit is None else audit.of("segment", path.suffix, segment=segment.name, sending=meant_for)
        done = export_rows(
            rows, path, force=force, title="People", progress=progress, cancelled=cancelled, written=written
        )
    if channel is None or steps is None:
        _remove(manifest_path(path))
        return ExportedPeople(done)
    told = {
        "file": path.name,
        "sha256": _hash_of(path),
        "rows": done,
        "segment": write_file(SegmentFile(segment.name, segment.where)),
        "frozen_at": None if segment.frozen_at is None else exact_time(segment.frozen_at),
        "made_at": exact_time(at),
        "for": channel.value,
        "waterfall": waterfall_document(steps),
    }
    with atomic_file(manifest_path(path), force=force) as file:
        file.write(msgspec.json.format(msgspec.json.encode(told)) + b"\n")
    return ExportedPeople(done, steps, manifest_path(path))


def waterfall_document(steps: Waterfall) -> dict[str, int]:
    """As `segment members --for-sending --json` has it (cli.md)."""
    return {"matched": steps.matched, **dict(steps.steps), "sendable": steps.sendable}


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(
            f"{shown(str(path))} tells of the file before and can not be removed: {error.strerror}."
        ) from error


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
