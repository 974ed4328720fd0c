"""How rows are found by a list of keys: what must not grow with the store."""

import pytest
from sqlalchemy import bindparam, select

from storage import lists, refold
from storage.by_keys import ByKeys
from storage.store import Store
from storage.tables import LINK, LINK_CLICK

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize("size", [1, 8, 25, 64, 512])
@pytest.mark.parametrize(
    ("statement", "table"),
    [
        (refold._EVENTS, "event"),
        (refold._RECIPIENTS, "recipient"),
        (refold._LINK_CLICKS, "link_click"),
        (lists._CLICKED, "link_click"),
        (lists._CLICKED_BY_ANY, "link_click"),
    ],
)
def test_a_few_people_of_an_activity_are_found_without_reading_all_of_it(
    store: Store, statement: ByKeys, table: str, size: int
) -> None:
    with store.reading() as connection:
        text = statement._text(connection, size)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", tuple(range(size + 1))).all()

    found = next(row[3] for row in plan if row[3].startswith(f"SEARCH {table} "))
    assert "(activity_id=? AND profile_id=?)" in found


def test_an_index_is_named_for_the_table_that_the_statement_begins_with(store: Store) -> None:
    of_link = select(LINK.c.link_id).where(LINK.c.activity_id == bindparam("activity"))
    misused = ByKeys(of_link, LINK_CLICK.c.profile_id, ("activity",), index="ix_link_click_recipient")

    with store.reading() as connection, pytest.raises(ValueError, match="link_click"):
        list(misused.rows(connection, [1], 1))
