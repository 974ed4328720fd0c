"""The list of activities by the plain driver: it stands on the screen before SQLAlchemy is imported."""

import contextlib
from pathlib import Path

from smsreport_tui.rules.summary import ActivitySummary
from storage.sqlite_driver import driver

HEAD = "0008"
"""The revision of the schema that this program reads and writes."""

SUMMARIES = """
SELECT a.gateway_id, a.name, a.sender, a.sent_at, a.timezone, a.status,
       c.sent, c.delivered, c.unique_clicks, c.unsubscribed
FROM activity AS a JOIN activity_counts AS c ON c.activity_id = a.activity_id
ORDER BY a.sent_at IS NULL, a.sent_at DESC, a.gateway_id
"""
"""Every activity, newest first, those without a time last: the columns of an ActivitySummary."""

_REVISION = "SELECT version_num FROM alembic_version"


def plain_path(text: str) -> Path | None:
    """The file of a store given as a path; None for a URL."""
    return None if "://" in text else Path(text).expanduser().absolute()


def glance(path: Path) -> list[ActivitySummary] | None:
    """The activities of a store of the newest schema; None where only a real opening can tell what there is."""
    sqlite = driver()
    try:
        with contextlib.closing(sqlite.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0)) as connection:
            connection.execute("BEGIN")
            if connection.execute(_REVISION).fetchone() != (HEAD,):
                return None
            return [ActivitySummary(*row) for row in connection.execute(SUMMARIES)]
    except (sqlite.Error, OSError):
        return None
