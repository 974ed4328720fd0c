"""What vendors without a feed have told and a sync has still to take up, whose short links are, and near misses."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATEMENTS = (
    (
        "CREATE TABLE letter (\n"
        "\tletter_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, \n"
        "\tsource_id INTEGER NOT NULL, \n"
        "\tstream TEXT NOT NULL, \n"
        "\treceived_at INTEGER NOT NULL, \n"
        "\tcontent BLOB\n"
        ")\n"
        " STRICT"
    ),
    "CREATE INDEX ix_letter_stream ON letter (source_id, stream, letter_id)",
    (
        "CREATE TABLE short_link (\n"
        "\tshort_link_id INTEGER NOT NULL, \n"
        "\tsource_id INTEGER NOT NULL, \n"
        "\tcode TEXT NOT NULL, \n"
        "\tactivity TEXT NOT NULL, \n"
        "\tprofile TEXT NOT NULL, \n"
        "\tlink TEXT NOT NULL, \n"
        "\turl TEXT NOT NULL, \n"
        "\tshort_url TEXT, \n"
        "\tmade_at INTEGER, \n"
        "\tPRIMARY KEY (short_link_id), \n"
        "\tUNIQUE (activity, profile, link), \n"
        "\tUNIQUE (code)\n"
        ")\n"
        " STRICT"
    ),
    (
        "CREATE TABLE near_miss (\n"
        "\tevent_key INTEGER NOT NULL, \n"
        "\tdecision TEXT, \n"
        "\tdecided_at INTEGER, \n"
        "\tPRIMARY KEY (event_key)\n"
        ")\n"
        " STRICT"
    ),
)


def upgrade() -> None:
    """Three tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
