"""Writes the fixture of the schema in force, once, when it is released: python -m tests.storage.make_fixture."""

import sqlite3
import sys
import tempfile
from pathlib import Path

from smsreport_tui.rules.clock import HOUR, FixedClock
from storage.find_index import INDEX
from storage.glance import HEAD
from tests.storage.feeds import START
from tests.storage.stores import fill, new_store
from tests.storage.test_erasure import BAD, EVENTS, person

FOLDER = Path(__file__).parent / "fixtures"


def main() -> int:
    target = FOLDER / f"store-{HEAD}.sql"
    if target.exists():
        print(f"{target} is released and does not change.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        with new_store(Path(folder), FixedClock(START + 2 * HOUR)) as store:
            activity = {"id": "A", "updated_at": "2026-03-02T09:00:00Z", "name": "Spring", "sender": "SHOP"}
            activity |= {"body": "Hello", "sent_at": "2026-03-02T09:00:00Z"}
            fill(store, [("activities", [activity]), ("profiles", [person()]), ("events", [*EVENTS, *BAD])])
            path = store.path
            # A dump can not hold the index of a find; the opening of a store without one makes it.
            with store.writing() as opened:
                opened.exec_driver_sql("DELETE FROM setting WHERE name = 'find_index'")
                opened.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX}")
        connection = sqlite3.connect(path)
        FOLDER.mkdir(exist_ok=True)
        target.write_text("\n".join(connection.iterdump()) + "\n", "utf-8")
        connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
