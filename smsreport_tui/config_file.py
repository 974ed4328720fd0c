"""Reads the TOML of the configuration, and knows the line of each key so that an error can name it."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from smsreport_tui.rules.errors import ConfigError

LARGEST = 64 * 1024
"""Bytes. A configuration has a handful of lines; anything larger is another file."""
_SECRETS = re.compile(r"token|secret|password|passwd|api_?key|credential|bearer", re.IGNORECASE)
_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class Entry(NamedTuple):
    """A key's raw value, the line where it stands, from 1, and the text of its file."""

    value: object
    line: int
    text: str


class TableValueError(ValueError):
    """One key of a setting's table is wrong; the text is what is wanted instead.

    `inside` names the tables between the setting's own and the key.
    """

    def __init__(self, key: str, wanted: str, inside: Sequence[str] = ()) -> None:
        super().__init__(wanted)
        self.key = key
        self.inside = tuple(inside)


class TableKeyError(TableValueError):
    """One key of a setting's table has no business there, or is missing; the text is the whole sentence."""


def read_entries(file: Path, known: Iterable[str], *, must_exist: bool) -> Mapping[str, Entry]:
    """The keys of a configuration file, all of them known. Raises ConfigError naming file and line."""
    text = _read(file, must_exist=must_exist)
    if text is None:
        return {}
    # Who has no configuration does not wait for the parser.
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax(file, text, str(error))) from error
    except RecursionError as error:
        raise ConfigError(f"{file} is nested too deeply: it needs a line KEY = VALUE for each setting.") from error
    names = set(known)
    entries = {key: Entry(value, line_of(key, text), text) for key, value in values.items()}
    for key, entry in sorted(entries.items(), key=lambda item: item[1].line):
        if key not in names:
            raise ConfigError(f"{file}, line {entry.line}: {unknown_key(key, names)}")
    return entries


def line_of(key: str, text: str, inside: Sequence[str] = ()) -> int:
    """The line, from 1, where a key of well-formed TOML begins: one of the top level, or of the table `inside`.

    The shortest run of whole lines that parses and has the key ends with it; it begins after the last run that
    parses without it. So no second parser is needed for quotes, comments and values of several lines.
    """
    import tomllib

    lines = text.splitlines(keepends=True)
    begins = 1
    for count in range(1, len(lines) + 1):
        try:
            values: Mapping[str, Any] = tomllib.loads("".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        for table in inside:
            values = values.get(table, {})
        if key in values:
            return begins
        begins = count + 1
    return begins


def _read(file: Path, *, must_exist: bool) -> str | None:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ConfigError(f"{file} is larger than {LARGEST // 1024} kB and no configuration: name another file.")
        return data.decode("utf-8-sig")
    except FileNotFoundError as error:
        if not must_exist:
            return None
        raise ConfigError(f"There is no configuration file {file}: create it or name another.") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ConfigError(f"The configuration file {file} can not be read ({why}): make it a readable file.") from error


def _syntax(file: Path, text: str, message: str) -> str:
    match = _WHERE.search(message)
    line = int(match[1]) if match and match[1] else len(text.splitlines()) or 1
    # The parser's own words may quote a value, and a value may be a secret in the wrong place.
    return f"{file}, line {line}: this is no TOML. A setting is a line KEY = VALUE, texts stand in quotes."


def unknown_key(key: str, known: set[str]) -> str:
    """What to say of a key that nobody knows, which may be a secret in the wrong place."""
    if _SECRETS.search(key) and key not in known:
        return (
            f"{key!r} looks like a secret, and secrets never stand in the configuration: take it out and give the "
            "gateway's token by SMSREPORT_TOKEN, SMSREPORT_TOKEN_FILE (or the key token_file), or the keyring."
        )
    near = difflib.get_close_matches(key, sorted(known), 1, cutoff=0.7)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}."
    return f"there is no setting {key!r}: {hint}"
