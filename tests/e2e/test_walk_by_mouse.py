"""An operator's stories by mouse alone: whatever a key does can be clicked, and the wheel scrolls."""

import re
from functools import partial

import pytest

from tests.e2e.conftest import SMALL
from tests.e2e.stories import EVERYWHERE, explains_another, explanation, go_home
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.parametrize("demo", [SMALL], indirect=True)


def open_report(screen: Terminal) -> None:
    """A double click on the largest activity."""
    screen.click("Price drop", times=2)
    screen.wait_for("1 Sent", "exports all", "⏎ Open")


def open_profile(screen: Terminal) -> None:
    """A double click on the person of the first row."""
    open_report(screen)
    # Below the first row, whose person another story erases.
    screen.rest()
    column, line = screen.place("│▌")
    screen.click_at(column + 3, line + 1, times=2)
    screen.wait_for("1 Details", "SMS consent")


def test_clicks_an_activity_and_opens_its_report(screen: Terminal) -> None:
    screen.click("Last call · DE")
    screen.wait_for("▌Last call · DE")
    screen.click("⏎ Open")
    screen.wait("the report", lambda text: "1 Sent" in text and text.startswith(" Last call · DE"))
    screen.click("esc Back")
    screen.wait_gone("1 Sent")


def test_orders_the_activities_by_clicking_a_heading(screen: Terminal) -> None:
    screen.click("Delivered")
    screen.wait_for("Delivered ▼")
    screen.click("Delivered ▼")
    screen.wait_for("Delivered ▲")
    screen.click("Sent at")
    screen.wait_for("Sent at ▼")


def test_clicks_every_tab_of_a_report(screen: Terminal) -> None:
    open_report(screen)
    for number, name in enumerate(("Sent", "Delivered", "Clicks", "Links", "Bounces", "Unsubscribe"), 1):
        screen.click(f"{number} {name}")
        # Where marks are explained there may be no room for how to get the rest.
        screen.wait_for(f"▌{number} {name}", "shown · ")


def test_clicks_a_figure_and_reads_what_it_means(screen: Terminal) -> None:
    open_report(screen)
    screen.wait_for("\n Sent = ")
    for figure in ("Unique", "Unsubscribe", "pending"):
        before = explanation(screen.text())
        screen.click(figure)
        screen.wait("another explanation", partial(explains_another, before))


def test_points_at_a_figure_and_reads_what_it_means(screen: Terminal) -> None:
    open_report(screen)
    screen.wait_for("\n Sent = ")
    screen.point("pending")
    screen.wait_gone("\n Sent = ")


def test_opens_the_settings_of_a_sending_by_a_click(screen: Terminal) -> None:
    open_report(screen)
    screen.click("Sending to ▸")
    screen.wait_for("Sending to ▾", "without segment")
    screen.wheel("without segment", 3)
    screen.click("without segment")
    screen.wait_for("Sending to ▸")


def test_sees_who_clicked_a_link_by_a_click(screen: Terminal) -> None:
    open_report(screen)
    screen.click("4 Links")
    screen.wait_for("Who clicked", "-L1")
    shown = re.search(r"Who clicked \S+-L(\d)", screen.text())
    assert shown is not None
    number = "2" if shown[1] == "1" else "1"
    other = screen.place(f"-L{number}", last=True)
    screen.click_at(*other)
    screen.wait("the people of the other link", lambda text: "Who clicked" in text and shown[0] not in text)


def test_the_wheel_scrolls_a_list(screen: Terminal) -> None:
    open_report(screen)
    screen.rest()
    _, line = screen.place("│▌")
    first = _words(line, screen.text())
    screen.wheel("│▌", 6)
    screen.wait("other rows", lambda text: _words(line, text) != first)
    screen.wheel("+46…", -9)
    screen.wait("the first rows again", lambda text: _words(line, text) == first)


def _words(line: int, text: str) -> list[str]:
    """The first words of a row, whatever the widths of its columns."""
    return text.splitlines()[line - 1].partition("│")[2].removeprefix("▌").split()[:3]


def test_reads_a_person_and_goes_back_by_clicks(screen: Terminal) -> None:
    open_profile(screen)
    for number, name in enumerate(("Details", "Response", "Website", "Timeline"), 1):
        screen.click(f"{number} {name}")
        screen.wait_for(f"▌{number} {name}")
    screen.click("2 Response")
    screen.wait_for("▌2 Response", EVERYWHERE)
    screen.click("esc Back")
    screen.wait_for("1 Sent", "exports all")


def test_masks_and_asks_to_erase_by_clicks(screen: Terminal) -> None:
    open_profile(screen)
    screen.click("m Mask")
    screen.wait_for("Numbers are shown in full")
    screen.click("m Mask")
    screen.wait_for("Numbers are masked.")
    screen.click("D Erase")
    screen.wait_for("type erase to go on")
    screen.click("Cancel")
    screen.wait_gone("type erase to go on")


def test_searches_and_ends_the_search_by_clicks(screen: Terminal) -> None:
    open_report(screen)
    screen.click("/ Find")
    screen.wait_for("End find")
    screen.press("anna")
    screen.wait_for("found for “anna”")
    screen.click("↓ To the list")
    screen.wait_for("⏎ Open")
    screen.click("/ Find")
    screen.wait_for("End find")
    screen.click("esc End find")
    screen.wait_for("exports all")


def test_reads_the_keys_and_closes_them_by_a_click_beside(screen: Terminal) -> None:
    screen.click("? Help")
    screen.wait_for("╭─ Keys")
    screen.click_at(2, screen.screen.lines)
    screen.wait_gone("╭─ Keys")


def test_exports_by_clicks(screen: Terminal) -> None:
    open_report(screen)
    screen.click("e Export")
    screen.wait_for("Export Delivered", "Enter writes the file", "Cancel")
    screen.click("CSV")
    screen.wait_for("● CSV", "delivered.csv")
    screen.click("XLSX")
    screen.wait_for("● XLSX", "delivered.xlsx")
    screen.click("masked")
    screen.wait_for("● masked")
    screen.click("[x] E-mail")
    screen.wait_for("[ ] E-mail")
    screen.click("[ ] E-mail")
    screen.wait_for("[x] E-mail")
    screen.click("delivered.xlsx")
    screen.press("-my-")
    screen.wait_for("-my-")
    _, line = screen.place("Cancel")
    column = screen.text().splitlines()[line - 1].index("Export") + 3
    screen.click_at(column, line)
    screen.wait_for("written to", "Close")
    screen.click("Close")
    screen.wait_gone("Export Delivered")


def test_makes_a_segment_of_a_tab_and_looks_at_its_people_by_clicks(screen: Terminal) -> None:
    open_report(screen)
    screen.click("s Segment")
    screen.click("Delivered and clicked", times=2)
    screen.wait_for("New segment", "not saved")
    screen.click("w Save")
    screen.wait_for("Keep this segment")
    screen.click("Keep", last=True)
    screen.wait_for("is saved")
    screen.click("esc Back")
    screen.wait_for("1 Sent", "exports all")
    screen.click("esc Back")
    screen.click("S Segments")
    screen.click("Delivered and clicked")
    screen.wait_for("▌Delivered and clicked")
    screen.click("p People")
    screen.wait_for("Segment · Delivered and clicked", "SMS may be sent to")
    screen.click("M Reminder")
    screen.wait_for("Reminder", "+ include", "people (")
    screen.click("Sender")
    screen.click("− include" if "− include" in screen.text() else "+ include")
    screen.click("x Exclude")
    screen.wait_for("− exclude")
    screen.click("esc Back")
    screen.wait_for("SMS may be sent to")


def test_leaves_the_export_by_a_click(screen: Terminal) -> None:
    open_report(screen)
    screen.click("e Export")
    screen.wait_for("Enter writes the file")
    screen.click("Cancel")
    screen.wait_gone("Export Delivered")
    go_home(screen)
