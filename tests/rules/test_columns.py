"""The tabs' columns stand as rules.md 7 lists them; the command line, files and JSON all rely on the names."""

import pytest

from smsreport_tui.rules.columns import SHOWN_ROWS, TAB_COLUMNS, Kind, ListRow, Tab

COLUMNS = {
    Tab.SENT: "profile, name, msisdn, email, sent_at, outcome, attempts, credits",
    Tab.DELIVERED: "profile, name, msisdn, email, sent_at, delivered_at, attempts",
    Tab.CLICKS: "profile, name, msisdn, email, first_click_at, last_click_at, clicks, links",
    Tab.LINKS: "link, url, title, clicks, unique_clicks, share",
    Tab.BOUNCES: "profile, name, msisdn, email, bounce, outcome, vendor, scheme, code, reason, attempts, bounced_at, "
    "next_retry_at, strikes",
    Tab.UNSUBSCRIBE: "profile, name, msisdn, email, unsubscribed_at",
}


@pytest.mark.parametrize("tab", Tab)
def test_the_columns_of_a_tab(tab: Tab) -> None:
    assert ", ".join(column.name for column in TAB_COLUMNS[tab]) == COLUMNS[tab]


@pytest.mark.parametrize("tab", Tab)
def test_a_name_tells_the_kind_of_its_values(tab: Tab) -> None:
    kinds = {"msisdn": Kind.MSISDN, "credits": Kind.CREDITS, "share": Kind.RATE}
    counts = ("attempts", "clicks", "unique_clicks", "strikes")
    for column in TAB_COLUMNS[tab]:
        named = Kind.TIME if column.name.endswith("_at") else Kind.COUNT if column.name in counts else Kind.TEXT
        assert column.kind is kinds.get(column.name, named)
        assert column.title


def test_the_tabs_are_named_as_on_the_command_line_and_list_25_rows() -> None:
    assert [tab.value for tab in Tab] == ["sent", "delivered", "clicks", "links", "bounces", "unsubscribe"]
    assert SHOWN_ROWS == 25


def test_a_row_is_known_by_its_first_value() -> None:
    assert ListRow(None, ("p1", "Anna", None)).key == "p1"
