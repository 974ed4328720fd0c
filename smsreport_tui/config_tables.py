"""Changes the accounts in the text of a configuration, and leaves every other line as it is.

What a change comes to is parsed and compared with what was meant, so that no second parser is needed.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from smsreport_tui.config_file import line_of
from smsreport_tui.rules.errors import ConfigError

_TABLE = "accounts"


def with_account(text: str, name: str, values: Mapping[str, str]) -> str:
    """The text with another table at its end. Raises ConfigError."""
    body = text if not text or text.endswith("\n") else f"{text}\n"
    lines = [f"{key} = {_spelled(value)}\n" for key, value in values.items()]
    gap = "\n" if body else ""
    wanted = tomllib.loads(text)
    wanted.setdefault(_TABLE, {})[name] = dict(values)
    return _meant(f"{body}{gap}[{_TABLE}.{name}]\n{''.join(lines)}", wanted, name)


def without_account(text: str, name: str) -> str:
    """The text without an account, and without its name in the others' clicks. Raises ConfigError."""
    wanted = tomllib.loads(text)
    others = {key: table.get("clicks", []) for key, table in wanted[_TABLE].items() if key != name}
    for key, clicks in others.items():
        if name in clicks:
            text = with_clicks(text, key, [source for source in clicks if source != name])
    if wanted.get("account") == name:
        text = _without(text, "account", ())
    return _without(text, name, (_TABLE,))


def with_clicks(text: str, name: str, sources: Sequence[str]) -> str:
    """The text with other sources of clicks of an account. Raises ConfigError."""
    wanted = tomllib.loads(text)
    table = wanted[_TABLE][name]
    has = "clicks" in table
    table["clicks"] = list(sources)
    line = f"clicks = [{', '.join(_spelled(source) for source in sources)}]\n"
    lines = text.splitlines(keepends=True)
    if has:
        begin = line_of("clicks", text, (_TABLE, name)) - 1
        ends: Sequence[int] = range(begin + 1, len(lines) + 1)
    else:
        # Right behind the line that begins the table.
        begin = line_of(name, text, (_TABLE,))
        ends = [begin]
        if not lines[begin - 1].endswith("\n"):
            lines[begin - 1] += "\n"
    for end in ends:
        changed = "".join([*lines[:begin], line, *lines[end:]])
        if _same(changed, wanted):
            return changed
    raise _by_hand(name)


def _without(text: str, key: str, inside: Sequence[str]) -> str:
    wanted = tomllib.loads(text)
    table = wanted
    for part in inside:
        table = table[part]
    del table[key]
    lines = text.splitlines(keepends=True)
    begin = line_of(key, text, inside) - 1
    for end in range(begin + 1, len(lines) + 1):
        before = lines[:begin]
        while inside and before and not before[-1].strip():
            before.pop()
        changed = "".join([*before, *lines[end:]])
        if _same(changed, wanted):
            return changed
    raise _by_hand(key)


def _meant(text: str, wanted: Mapping[str, Any], name: str) -> str:
    if not _same(text, wanted):
        raise _by_hand(name)
    return text


def _same(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return _plain(found) == _plain(wanted)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """No accounts are the same as none."""
    return {key: value for key, value in values.items() if key != _TABLE or value}


def _spelled(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _by_hand(name: str) -> ConfigError:
    return ConfigError(
        f"How the configuration file spells {name} can not be changed from here: change it there by hand, "
        f"as tables that begin with [accounts.NAME]."
    )
