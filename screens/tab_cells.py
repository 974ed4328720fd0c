"""The rows of the six tabs as cells: which columns come first on the screen, how wide, and what their colours mean."""

from collections.abc import Callable
from dataclasses import dataclass

from smsreport_tui.rules.attempts import SendState
from smsreport_tui.rules.columns import Column, Kind, ListRow, Value
from smsreport_tui.rules.formatting import local_time, value_text
from smsreport_tui.rules.marks import Mark, marked
from smsreport_tui.rules.outcomes import SUPPRESSING_STRIKES, Bucket, Outcome
from smsreport_tui.rules.persons import called
from smsreport_tui.rules.text import shown
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec

CodeWords = Callable[[str | None, str | None, str | None], str | None]

# What an operator looks at first; a column that is not named here follows in the order of the file.
_FIRST = (
    *("name", "msisdn", "link", "url", "bounce", "code", "clicks", "unique_clicks", "share", "last_click_at"),
    *("next_retry_at", "bounced_at", "reason", "delivered_at", "unsubscribed_at", "sent_at", "outcome", "attempts"),
    *("credits", "strikes", "first_click_at", "links", "title", "vendor", "scheme"),
)
_LAST = ("email", "profile")
_WIDTHS = {
    Kind.TEXT: (8, 32),
    # A number in full and its mark.
    Kind.MSISDN: (8, 20),
    Kind.TIME: (11, 19),
    Kind.COUNT: (4, 14),
    Kind.CREDITS: (5, 18),
    Kind.RATE: (6, 10),
}
_WIDER = {
    "name": (12, 32),
    "url": (16, 60),
    "code": (20, 40),
    "reason": (16, 48),
    "next_retry_at": (17, 28),
    "outcome": (9, 12),
    "email": (16, 40),
    "link": (8, 24),
    "profile": (8, 24),
}
# The rest of the file's columns: they stand where what comes before them is not cut for it.
_LATE = frozenset(
    ("attempts", "credits", "strikes", "first_click_at", "links", "title", "vendor", "scheme", "profile", "email")
)
_LONGEST_MSISDN = 16
"""A plus sign and the 15 digits of E.164."""
_HEADINGS = {"name": "Profile", "profile": "Id", "next_retry_at": "Next step"}
_NUMBERS = (Kind.COUNT, Kind.CREDITS, Kind.RATE)
_TONES = {"delivered": Tone.GOOD, "pending": Tone.DIM, "soft": Tone.WARN, "hard": Tone.BAD, "rejected": Tone.BAD}

_ATTEMPTS = {
    SendState.HELD: Cell("! held: R decides", Tone.WARN, short="! held"),
    SendState.SENDING: Cell("being sent", Tone.INFO),
    SendState.RELEASED: Cell("sent next", Tone.INFO),
    SendState.ACCEPTED: Cell("under way", Tone.INFO),
}
_MARK_TONES = {Mark.NEARLY: Tone.WARN, Mark.SUPPRESSED: Tone.BAD}


def order(columns: tuple[Column, ...]) -> tuple[int, ...]:
    """The indices of the columns in the order of the screen."""
    ranks = {name: rank for rank, name in enumerate(_FIRST)} | dict.fromkeys(_LAST, 1_000)
    return tuple(sorted(range(len(columns)), key=lambda index: (ranks.get(columns[index].name, 500), index)))


def specs(columns: tuple[Column, ...], *, masked: bool = True) -> tuple[ColumnSpec, ...]:
    """Headings and widths in the order of the screen; a number that is shown in full is never cut."""
    return tuple(_spec(columns[index], masked=masked) for index in order(columns))


def _spec(column: Column, *, masked: bool) -> ColumnSpec:
    least, most = _WIDER.get(column.name, _WIDTHS[column.kind])
    if column.kind is Kind.MSISDN and not masked:
        least = _LONGEST_MSISDN
    return ColumnSpec(
        _HEADINGS.get(column.name, column.title),
        least,
        most,
        right=column.kind in _NUMBERS,
        late=column.name in _LATE,
        whole=column.kind is Kind.TIME,
    )


@dataclass(frozen=True, slots=True)
class Manner:
    """How rows are shown: the activity's zone, the moment of its sending, and whether numbers are masked."""

    zone: str | None
    sent_at: int | None = None
    masked: bool = True


def cells(columns: tuple[Column, ...], row: ListRow, manner: Manner, words: CodeWords) -> tuple[Cell, ...]:
    """One row in the order of the screen; a person without a name stands by the id, an erased one as such."""
    values = {column.name: value for column, value in zip(columns, row.values, strict=True)}
    return tuple(_cell(columns[index], values, row, manner, words) for index in order(columns))


def _cell(column: Column, values: dict[str, Value], row: ListRow, manner: Manner, words: CodeWords) -> Cell:
    value = values[column.name]
    if column.name == "name":
        return _name(values, row)
    if column.name == "code":
        return Cell(_code(values, words))
    if column.name == "next_retry_at":
        return _next_step(values, row, manner)
    return _plain(column, value, row, manner)


def _plain(column: Column, value: Value, row: ListRow, manner: Manner) -> Cell:
    if value is None:
        return Cell("–", Tone.DIM)
    if column.kind is Kind.TIME and isinstance(value, int):
        return _time(value, manner)
    if column.kind is Kind.MSISDN:
        return number_cell(value_text(column, value, None, masked=manner.masked), row.mark)
    text = value_text(column, value, manner.zone, masked=manner.masked)
    tone = _TONES.get(str(value), Tone.PLAIN) if column.name in ("bounce", "outcome") else Tone.PLAIN
    return Cell(text, tone, short=_path(text) if column.name == "url" else None)


def number_cell(text: str, mark: Mark | None) -> Cell:
    """The number with its mark behind it; where there is little room the mark stays and the number gives way."""
    if not mark:
        return Cell(text)
    return Cell(marked(text, mark), _MARK_TONES[mark], short=f"{mark}…{text[-4:]}")


def _time(value: int, manner: Manner) -> Cell:
    full = local_time(value, manner.zone, with_zone=False)
    # On the day of the sending the time alone says enough; on another day the seconds give way to the date.
    same_day = manner.sent_at is not None and full[:10] == local_time(manner.sent_at, manner.zone, with_zone=False)[:10]
    return Cell(full, short=full[11:] if same_day else full[5:16])


def _path(address: str) -> str:
    """An address from its path on, by which the links of one sender differ; without a path the host."""
    host, _, path = address.partition("://")[2].partition("/")
    return f"…/{path}" if path else host or address


def _next_step(values: dict[str, Value], row: ListRow, manner: Manner) -> Cell:
    """What happens to a bounced recipient next, and when (rules.md 5)."""
    if row.attempt is not None:
        return _ATTEMPTS[row.attempt]
    due = values["next_retry_at"]
    if isinstance(due, int):
        at = _time(due, manner)
        return Cell(f"retry {at.text}", Tone.WARN, short=f"retry {at.short}")
    strikes = values["strikes"] or 0
    if isinstance(strikes, int) and strikes >= SUPPRESSING_STRIKES:
        return Cell("suppressed", Tone.BAD)
    if values["bounce"] == Bucket.HARD.value:
        return Cell(f"strike {strikes} of {SUPPRESSING_STRIKES}", Tone.BAD)
    if values["outcome"] == Outcome.OPTOUT.word:
        return Cell("suppressed", Tone.BAD)
    return Cell("no retry", Tone.DIM)


def copied(columns: tuple[Column, ...], row: ListRow, *, masked: bool) -> str:
    """What copying a row takes: a person's number as it is shown, else the id of the person or the link."""
    for column, value in zip(columns, row.values, strict=True):
        if column.kind is Kind.MSISDN and isinstance(value, str):
            return value_text(column, value, None, masked=masked)
    return shown(row.key)


def _name(values: dict[str, Value], row: ListRow) -> Cell:
    if row.erased:
        return Cell("erased", Tone.DIM)
    name = values["name"]
    return Cell(shown(str(name))) if name else Cell(shown(called(None, row.key)), Tone.DIM)


def _code(values: dict[str, Value], words: CodeWords) -> str:
    vendor, scheme, code = (_text(values.get(name)) for name in ("vendor", "scheme", "code"))
    if code is None:
        return "–"
    meaning = words(vendor, scheme, code)
    return shown(f"{code} {meaning}" if meaning else code)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
