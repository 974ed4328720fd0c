"""The operator's own table of outcome codes: one code set or taken out, every other row left as it is."""

import csv
import io
from pathlib import Path

from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.outcomes import Code, Outcome, load_outcome_table
from smsreport_tui.rules.text import shown
from smsreport_tui.services.atomic_file import atomic_file

_HEADER = ["vendor", "scheme", "code", "name", "vendor_says", "outcome"]


def code_of(vendor: str, scheme: str, code: str) -> Code:
    """The key of a code as the file keeps it. Raises ConfigError."""
    key = (vendor.strip(), scheme.strip(), code.strip())
    if not all(part and part.isprintable() for part in key):
        raise ConfigError("Name the vendor, the scheme and the code as `smsreport codes` lists them.")
    return key


def with_code(file: Path, code: Code, outcome: Outcome) -> str:
    """The file's text with the outcome of one code set. Raises ConfigError."""
    rows = _rows(file)
    places = _places(rows, code)
    if places:
        return _without(rows, places[:-1], {places[-1]: outcome.word})
    values = dict(zip(("vendor", "scheme", "code"), code, strict=True)) | {"outcome": outcome.word}
    return _text([*rows, [values.get(name, "") for name in rows[0]]])


def without_code(file: Path, code: Code) -> str:
    """The file's text without one code. Raises ConfigError when it does not have it."""
    rows = _rows(file)
    places = _places(rows, code)
    if not places:
        raise ConfigError(
            f"{shown(' '.join(code))} is not in {file}: `smsreport codes` marks what comes from there as override."
        )
    return _without(rows, places, {})


def write_outcome_file(file: Path, text: str) -> None:
    """Puts the text in the file's place, owner-only; a link stays one. Raises ConfigError, ExportError."""
    target = file.resolve()
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"The folder of {file} can not be made ({error.strerror}): make it yourself.") from error
    with atomic_file(target, force=True) as opened:
        opened.write(text.encode())


def _rows(file: Path) -> list[list[str]]:
    """The file's cells, the header first."""
    if not file.exists():
        return [_HEADER]
    # Says what is wrong with the file, by its line.
    load_outcome_table(file)
    return [row for row in csv.reader(io.StringIO(file.read_text("utf-8-sig")), strict=True) if row]


def _places(rows: list[list[str]], code: Code) -> list[int]:
    columns = [rows[0].index(name) for name in ("vendor", "scheme", "code")]
    return [
        place
        for place, row in enumerate(rows)
        if place and tuple(row[column].strip() if column < len(row) else "" for column in columns) == code
    ]


def _without(rows: list[list[str]], gone: list[int], outcomes: dict[int, str]) -> str:
    column = rows[0].index("outcome")
    kept = []
    for place, row in enumerate(rows):
        if place in gone:
            continue
        word = outcomes.get(place)
        kept.append(row if word is None else [*row[:column], word, *row[column + 1 :]])
    return _text(kept)


def _text(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()
