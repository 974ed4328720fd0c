"""The Clicks tab of one link: the same people and their number, however few of all clickers they are."""

import pytest

from smsreport_tui.rules.clock import MINUTE, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.rules.times import format_time
from smsreport_tui.services.reports import Reports
from storage.store import Store
from tests.storage.feeds import Item
from tests.storage.stores import put

pytestmark = pytest.mark.portable

START = 1_772_442_000_000_000
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15"
MACHINE = "curl/8.4.0"
OFTEN, SELDOM = "often", "seldom"


def click(number: int, link: str, agent: str = PHONE) -> Item:
    return {
        "id": f"{link}-{number}",
        "kind": "clicked",
        "activity_id": "A",
        "profile_id": f"p{number:03}",
        "link_id": link,
        "url": f"https://{link}.example",
        "user_agent": agent,
        "at": format_time(START + number * MINUTE),
    }


@pytest.fixture
def reports(store: Store, clock: FixedClock) -> Reports:
    """Sixty have clicked one link, two of them another one too, and a machine both."""
    put(store, "events", [click(number, OFTEN) for number in range(60)])
    put(store, "events", [click(7, SELDOM), click(40, SELDOM)])
    put(store, "events", [click(90, OFTEN, MACHINE), click(90, SELDOM, MACHINE)])
    return Reports(store, clock)


@pytest.mark.parametrize(
    ("link", "machines", "people", "total"),
    [
        (OFTEN, False, [f"p{number:03}" for number in range(59, 34, -1)], 60),
        (SELDOM, False, ["p040", "p007"], 2),
        (OFTEN, True, ["p090", *(f"p{number:03}" for number in range(59, 35, -1))], 61),
        (SELDOM, True, ["p090", "p040", "p007"], 3),
    ],
)
def test_who_clicked_it_is_listed_newest_first_and_counted(
    reports: Reports, link: str, people: list[str], total: int, *, machines: bool
) -> None:
    page = reports.tab("A", Tab.CLICKS, link=link, machine_clicks=machines)
    assert ([row.key for row in page.rows], page.total) == (people, total)


def test_of_those_who_clicked_it_some_are_found(reports: Reports) -> None:
    page = reports.tab("A", Tab.CLICKS, link=SELDOM, find="nobody")
    assert (page.rows, page.total) == ((), 0)


def test_a_link_of_another_activity_has_no_list(reports: Reports) -> None:
    with pytest.raises(NotFoundError, match="no link 'other'"):
        reports.tab("A", Tab.CLICKS, link="other")
    with pytest.raises(NotFoundError, match="no activity 'B'"):
        reports.tab("B", Tab.CLICKS)
    with pytest.raises(NotFoundError, match="no activity 'B'"):
        reports.tab("B", Tab.LINKS)
