"""Segments, and what they compare of each profile."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE profile ADD COLUMN facts TEXT",
    "ALTER TABLE profile ADD COLUMN tags_folded TEXT",
    (
        "CREATE TABLE segment (\n"
        "\tsegment_id INTEGER NOT NULL, \n"
        "\tname TEXT NOT NULL, \n"
        "\tname_folded TEXT NOT NULL, \n"
        "\tconditions TEXT NOT NULL, \n"
        "\tfrozen_at INTEGER, \n"
        "\tchanged_at INTEGER NOT NULL, \n"
        "\tlooked_at INTEGER, \n"
        "\tlooked_people INTEGER, \n"
        "\tPRIMARY KEY (segment_id), \n"
        "\tUNIQUE (name_folded)\n"
        ")\n"
        " STRICT"
    ),
    (
        "CREATE TABLE segment_member (\n"
        "\tsegment_id INTEGER NOT NULL, \n"
        "\tprofile_id INTEGER NOT NULL, \n"
        "\tPRIMARY KEY (segment_id, profile_id)\n"
        ")\n"
        " WITHOUT ROWID,\n"
        " STRICT"
    ),
    (
        "CREATE TABLE segment_size (\n"
        "\tsegment_id INTEGER NOT NULL, \n"
        "\tat INTEGER NOT NULL, \n"
        "\tpeople INTEGER NOT NULL, \n"
        "\tPRIMARY KEY (segment_id, at)\n"
        ")\n"
        " WITHOUT ROWID,\n"
        " STRICT"
    ),
    (
        "CREATE TABLE segment_push (\n"
        "\tsegment_id INTEGER NOT NULL, \n"
        "\tsource_id INTEGER NOT NULL, \n"
        "\tpurpose TEXT NOT NULL, \n"
        "\tgateway_id TEXT NOT NULL, \n"
        "\tpushed_at INTEGER, \n"
        "\tpeople INTEGER, \n"
        "\tPRIMARY KEY (segment_id, source_id, purpose)\n"
        ")\n"
        " WITHOUT ROWID,\n"
        " STRICT"
    ),
)
_BATCH = 5_000
_FIELDS = ("name", "email", "msisdn")
_READ = sa.text(
    "SELECT profile_id, name, email, msisdn, attributes, tags FROM profile "
    "WHERE profile_id > :after AND known = 1 AND erased = 0 ORDER BY profile_id LIMIT :most"
)
_WRITE = sa.text("UPDATE profile SET facts = :facts, tags_folded = :tags WHERE profile_id = :key")


def upgrade() -> None:
    """Four tables, and two columns that say what the profiles' own say, case folded."""
    for statement in _STATEMENTS:
        op.execute(statement)
    connection, after = op.get_bind(), 0
    while rows := connection.execute(_READ, {"after": after, "most": _BATCH}).all():
        after = rows[-1].profile_id
        connection.execute(_WRITE, [_compared(row) for row in rows])


def _compared(row: Any) -> dict[str, object]:
    found = {name: value for name, value in json.loads(row.attributes or "{}").items() if name not in _FIELDS}
    found |= {name: getattr(row, name) for name in _FIELDS if getattr(row, name) is not None}
    tags = [tag.casefold() for tag in json.loads(row.tags or "[]")]
    folded = {name: value.casefold() if isinstance(value, str) else value for name, value in found.items()}
    return {"key": row.profile_id, "facts": _json(folded), "tags": _json(tags)}


def _json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None
