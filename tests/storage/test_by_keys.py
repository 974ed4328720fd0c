"""How rows are found by a list of keys: what must not grow with the store."""

import pytest

from smsreport_tui.rules.columns import Tab
from storage import refold
from storage.by_keys import ByKeys
from storage.list_statements import Form, first_rows
from storage.store import Store

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize("size", [1, 8, 25, 64, 512])
@pytest.mark.parametrize(
    ("statement", "table"),
    [
        (refold._EVENTS, "event"),
        (refold._RECIPIENTS, "recipient"),
        (refold._LINK_CLICKS, "link_click"),
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


@pytest.mark.parametrize("machine_clicks", [False, True])
def test_the_links_that_a_person_clicked_are_found_among_their_own_clicks(store: Store, machine_clicks: bool) -> None:
    form = Form(Tab.CLICKS, find=False, among=False, of_link=False, machine_clicks=machine_clicks)
    with store.reading() as connection:
        sql, parameters, _ = first_rows(form, 25).text(connection.dialect)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(parameters)).all()

    found = next(row[3] for row in plan if row[3].startswith("SEARCH link_click "))
    assert "(activity_id=? AND profile_id=?)" in found
