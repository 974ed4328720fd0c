"""Who may be found by a text, by the index: a few people to look at in place of all (rules.md 7)."""

import json
from collections.abc import Iterator

from sqlalchemy import Connection

from smsreport_tui.rules.columns import Tab
from storage.find_index import INDEX, is_indexed
from storage.read_codes import codes_with

_LENGTH = 3
"""Characters of a trigram; a shorter text has none."""
_LOOKED_AT = 24
"""Trigrams of a text among which the rarest are looked for."""
_ASKED_FOR = 3
"""Trigrams that are asked for together: more of them read more of the index than they spare of the people."""
_SAMPLE = 100
_FEW = 2_000
_SHARE = 32
"""Beyond so small a part of all profiles it is quicker to read them through, which the rest of the find then does."""

_MATCH = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH ? LIMIT ?"  # noqa: S608 - our own name
_RAREST = (
    f"SELECT value FROM json_each(?2) ORDER BY (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH value "  # noqa: S608
    "LIMIT 1 OFFSET ?1) DESC NULLS FIRST LIMIT ?3"
)
# The constants stand in the text, or SQLite does not see that the partial index serves.
_UNKNOWN = "SELECT profile_id FROM profile WHERE known = 0 AND erased = 0 LIMIT ?"
_WITH_CODE = (
    "SELECT profile_id FROM recipient WHERE activity_id = ? AND bounced_at IS NOT NULL "
    "AND code IN (SELECT value FROM json_each(?)) LIMIT ?"
)


def candidates(connection: Connection, activity: int, tab: Tab, text: str) -> list[int] | None:
    """Keys of profiles, of all activities, among whom is everybody that the text finds in the tab.

    None where the index can not tell, or where those are so many that reading all is quicker.
    """
    # A number is E.164: a text that folding changes is part of none, and the folded one serves for both.
    folded = text.casefold()
    if len(folded) < _LENGTH or not _can_be_asked(folded) or not is_indexed(connection):
        return None
    most = max(_FEW, int(connection.exec_driver_sql("SELECT max(profile_id) FROM profile").scalar() or 0) // _SHARE)
    found: set[int] = set()
    for sql, values in _sources(connection, activity, tab, text, folded):
        found.update(key for (key,) in connection.exec_driver_sql(sql, (*values, most + 1)))
        if len(found) > most:
            return None
    return sorted(found)


def _sources(
    connection: Connection, activity: int, tab: Tab, text: str, folded: str
) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Statements whose keys are the candidates, and their parameters; each takes one more, the most that it gives."""
    yield _MATCH, (" AND ".join(_rarest(connection, folded)),)
    yield _UNKNOWN, ()
    codes = codes_with(connection, activity, text) if tab is Tab.BOUNCES else []
    if codes:
        yield _WITH_CODE, (activity, json.dumps(codes))


def _can_be_asked(text: str) -> bool:
    """SQLite ends a text at U+0000, and a lone surrogate has no bytes."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


def _rarest(connection: Connection, text: str) -> list[str]:
    """Those trigrams of the text, as FTS5 takes them, that the fewest profiles have.

    Every list that is asked for is read to its end. A number's first trigrams stand in a third of all profiles, and
    the sample, which is the newest profile that a part of the list reaches to, tells them from the others.
    """
    every = dict.fromkeys(text[start : start + _LENGTH] for start in range(len(text) - _LENGTH + 1))
    quoted = ['"' + one.replace('"', '""') + '"' for one in list(every)[:_LOOKED_AT]]
    if len(quoted) <= _ASKED_FOR:
        return quoted
    return list(connection.exec_driver_sql(_RAREST, (_SAMPLE, json.dumps(quoted), _ASKED_FOR)).scalars())
