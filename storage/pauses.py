"""Pauses of a gateway's retries: begun, asked about, ended (rules.md 5)."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from smsreport_tui.rules.pauses import PauseKind, next_probe_at
from storage.prepared import Prepared
from storage.tables import PAUSE


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a gateway is sent nothing; times in microseconds UTC, `probe_at` is when that may end."""

    source_id: int
    kind: PauseKind
    reason: str
    since: int
    probe_at: int
    probes: int


def read_pauses(connection: Connection) -> list[Pause]:
    """Every pause that holds, the longest first."""
    return [Pause(row[0], PauseKind(row[1]), *row[2:]) for row in _PAUSES.rows(connection)]


_COLUMNS = ("source_id", "kind", "reason", "since", "probe_at", "probes")
# Read before every request.
_PAUSES = Prepared(select(*(PAUSE.c[name] for name in _COLUMNS)).order_by(PAUSE.c.since, PAUSE.c.kind))


def begin_stop(connection: Connection, source_id: int, reason: str, now: int) -> None:
    """Stop the retries until a probe succeeds; a stop that holds goes on as it is."""
    if _known(connection, source_id, PauseKind.STOPPED) is None:
        _insert(connection, Pause(source_id, PauseKind.STOPPED, reason, now, next_probe_at(now, 0), 0))


def begin_rest(connection: Connection, source_id: int, reason: str, now: int, until: int) -> None:
    """Send nothing until that time, or longer where the gateway has asked for more."""
    known = _known(connection, source_id, PauseKind.BUSY)
    if known is not None and known >= until:
        return
    connection.execute(delete(PAUSE).where(PAUSE.c.source_id == source_id, PAUSE.c.kind == PauseKind.BUSY.value))
    _insert(connection, Pause(source_id, PauseKind.BUSY, reason, now, until, 0))


def note_vain_probe(connection: Connection, pause: Pause, now: int) -> None:
    """A probe has failed: the next one waits longer."""
    probes = pause.probes + 1
    connection.execute(
        update(PAUSE)
        .where(PAUSE.c.source_id == pause.source_id, PAUSE.c.kind == pause.kind.value)
        .values(probes=probes, since=min(pause.since, now), probe_at=next_probe_at(now, probes))
    )


def probe_now(connection: Connection, now: int) -> bool:
    """Have paused gateways asked by the next pass; False where none is paused."""
    return connection.execute(update(PAUSE).values(probe_at=now)).rowcount > 0


def end_pause(connection: Connection, pause: Pause) -> None:
    """The gateway may be sent to again, unless it has been paused anew meanwhile."""
    chosen = (PAUSE.c.source_id == pause.source_id, PAUSE.c.kind == pause.kind.value, PAUSE.c.since == pause.since)
    connection.execute(delete(PAUSE).where(*chosen))


def _known(connection: Connection, source_id: int, kind: PauseKind) -> int | None:
    chosen = (PAUSE.c.source_id == source_id, PAUSE.c.kind == kind.value)
    return connection.scalar(select(PAUSE.c.probe_at).where(*chosen))


def _insert(connection: Connection, pause: Pause) -> None:
    values = {name: getattr(pause, name) for name in ("source_id", "reason", "since", "probe_at", "probes")}
    connection.execute(insert(PAUSE).values(kind=pause.kind.value, **values))
