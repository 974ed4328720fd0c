"""The counters of a report, moved by what changed (rules.md 4); `books` recounts them."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, Table, bindparam, select, update

from storage.recipient_rows import (
    FIGURES,
    CodeKey,
    CurveKey,
    RecipientRow,
    code_key,
    curve_keys,
    figures,
    pending_key,
)
from storage.tables import (
    ACTIVITY_COUNTS,
    ACTIVITY_CURVE,
    CODE_COUNT,
    LINK_COUNT,
    PENDING_MINUTE,
    Row,
    bulk,
    insert_row,
)

LINK_FIGURES = ("clicks", "machine_clicks", "unique_clicks", "unique_any")

_ADD_COUNTS = (
    update(ACTIVITY_COUNTS)
    .where(ACTIVITY_COUNTS.c.activity_id == bindparam("key"))
    .values({name: ACTIVITY_COUNTS.c[name] + bindparam(f"add_{name}") for name in FIGURES})
)
_ADD_LINK = (
    update(LINK_COUNT)
    .where(LINK_COUNT.c.activity_id == bindparam("key"), LINK_COUNT.c.link_id == bindparam("link"))
    .values({name: LINK_COUNT.c[name] + bindparam(f"add_{name}") for name in LINK_FIGURES})
)
_CODE_NAMES = ("activity_id", "outcome", "vendor", "scheme", "code")
_MINUTE_NAMES = ("activity_id", "minute")
_CURVE_NAMES = ("activity_id", "kind", "slot")


class Deltas:
    """What one page changes in the counters."""

    def __init__(self) -> None:
        self._figures: dict[int, list[int]] = {}
        self._links: dict[tuple[int, int], Counter[str]] = {}
        self._codes: Counter[CodeKey] = Counter()
        self._minutes: Counter[tuple[int, int]] = Counter()
        self._curve: Counter[CurveKey] = Counter()

    def recipient(self, row: RecipientRow, sign: int, *, erased: bool) -> None:
        """Add (1) or take away (-1) what a recipient counts."""
        total = self._total(row.activity_id)
        for place, value in enumerate(figures(row, erased=erased)):
            if value:
                total[place] += sign * value
        code = code_key(row)
        if code is not None:
            self._codes[code] += sign
        minute = pending_key(row)
        if minute is not None:
            self._minutes[minute] += sign
        for slot in curve_keys(row):
            self._curve[slot] += sign

    def link(self, activity: int, link: int, clicks: int, machine_clicks: int, sign: int) -> None:
        """Add or take away one recipient's clicks on a link."""
        total = self._links.setdefault((activity, link), Counter())
        total["clicks"] += sign * clicks
        total["machine_clicks"] += sign * machine_clicks
        total["unique_clicks"] += sign * (clicks > 0)
        total["unique_any"] += sign * (clicks + machine_clicks > 0)

    def erased(self, activity: int, recipients: int) -> None:
        """So many of the activity's people have been erased."""
        self._total(activity)[FIGURES.index("erased")] += recipients

    def _total(self, activity: int) -> list[int]:
        return self._figures.setdefault(activity, [0] * len(FIGURES))

    def write(self, connection: Connection) -> None:
        """Move the counters."""
        counts: list[Row] = [(key, *total) for key, total in self._figures.items() if any(total)]
        bulk(connection, _ADD_COUNTS, ("key", *(f"add_{name}" for name in FIGURES)), counts)
        links: list[Row] = [
            (*key, *(total[name] for name in LINK_FIGURES)) for key, total in self._links.items() if any(total.values())
        ]
        bulk(connection, _ADD_LINK, ("key", "link", *(f"add_{name}" for name in LINK_FIGURES)), links)
        _move(connection, CODE_COUNT, _CODE_NAMES, self._codes)
        _move(connection, PENDING_MINUTE, _MINUTE_NAMES, self._minutes)
        _move(connection, ACTIVITY_CURVE, _CURVE_NAMES, self._curve)


def _adding(table: Table, names: tuple[str, ...]) -> tuple[object, object]:
    statement = update(table).values(recipients=table.c.recipients + bindparam("add"))
    for name in names:
        statement = statement.where(table.c[name] == bindparam(f"key_{name}"))
    return statement, insert_row(table, *names, "recipients")


_STATEMENTS = {
    CODE_COUNT.name: _adding(CODE_COUNT, _CODE_NAMES),
    PENDING_MINUTE.name: _adding(PENDING_MINUTE, _MINUTE_NAMES),
    ACTIVITY_CURVE.name: _adding(ACTIVITY_CURVE, _CURVE_NAMES),
}


def _move(connection: Connection, table: Table, names: tuple[str, ...], deltas: Counter) -> None:  # type: ignore[type-arg]
    changed = {key: delta for key, delta in deltas.items() if delta}
    if not changed:
        return
    known = _known_keys(connection, table, names, {key[0] for key in changed})
    add, insert = _STATEMENTS[table.name]
    moved: list[Row] = [(delta, *key) for key, delta in changed.items() if key in known]
    bulk(connection, add, ("add", *(f"key_{name}" for name in names)), moved)  # type: ignore[arg-type]
    new: list[Row] = [(*key, delta) for key, delta in changed.items() if key not in known]
    bulk(connection, insert, (*names, "recipients"), new)  # type: ignore[arg-type]


def _known_keys(
    connection: Connection, table: Table, names: tuple[str, ...], activities: Iterable[int]
) -> set[tuple[object, ...]]:
    rows = connection.execute(
        select(*(table.c[name] for name in names)).where(table.c.activity_id.in_(sorted(activities)))
    )
    return {tuple(row) for row in rows}
