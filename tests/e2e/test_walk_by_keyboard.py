"""An operator's stories by keyboard alone, through every screen, in a small and in a large terminal."""

import operator
import re
from functools import partial

from tests.e2e.stories import (
    DOWN,
    ENTER,
    ESC,
    EVERYWHERE,
    RIGHT,
    SHIFT_TAB,
    explains_another,
    explanation,
    find,
    open_profile,
    open_report,
    open_tab,
)
from tests.e2e.terminal import Terminal

NOBODY = "zzzz"


def test_finds_an_activity_while_typing(screen: Terminal) -> None:
    find(screen, "night")
    screen.wait_for("2 of 12 activities found", "Member night · FI", "Member night · US")
    screen.press(ESC)
    screen.wait_gone("found", "Price drop · zzz")


def test_types_on_at_once_after_the_key_of_find(screen: Terminal) -> None:
    screen.press("/night")
    screen.wait_for("/ night", "2 of 12 activities found")


def test_finds_no_activity_and_is_told_the_way_out(screen: Terminal) -> None:
    find(screen, NOBODY)
    screen.wait_for("0 of 12 activities found", f"No activity found for “{NOBODY}”", "Show all again")
    screen.press(ESC)
    screen.wait_for("Price drop")


def test_no_bar_names_a_key_that_would_be_typed(screen: Terminal) -> None:
    screen.press("/")
    text = screen.wait_for("End find")
    assert "/ Find" not in text
    assert "? Help" not in text


def test_orders_the_activities_by_every_column_and_turns_the_order(screen: Terminal) -> None:
    screen.wait_for("Sent at ▼")
    screen.press("O")
    screen.wait_for("Sent at ▲", "Ordered by Sent at, rising.")
    for heading in ("Sent ▼", "Delivered ▼", "Clicks ▼", "Unsub"):
        screen.press("o")
        screen.wait_for(f"Ordered by {heading.split()[0]}, falling.")
    for name in ("Sender", "Status", "Activity"):
        screen.press("o")
        screen.wait_for(f"Ordered by {name}, rising.")
    screen.press("o")
    screen.wait_for("Ordered by Sent at, falling.", "Sent at ▼")


def test_goes_to_the_last_activity_and_back(screen: Terminal) -> None:
    screen.press("G")
    screen.wait("the cursor on the last row", lambda text: _cursor_line(text) == 11)
    screen.press("g")
    screen.wait("the cursor on the first row", lambda text: _cursor_line(text) == 0)
    screen.press("jj" + DOWN + "k")
    screen.wait("the cursor two rows below", lambda text: _cursor_line(text) == 2)
    screen.press("g")
    screen.wait("the cursor on the first row", lambda text: _cursor_line(text) == 0)


def _cursor_line(text: str) -> int:
    rows = text.splitlines()[2:]
    return next((index for index, row in enumerate(rows) if row.startswith("▌")), -1)


def test_asks_the_gateway_for_news(screen: Terminal) -> None:
    screen.press("r")
    # The demo's clock runs ahead: a second is twenty.
    screen.wait("news of this minute", lambda text: re.search(r"synced \d+ s ago", text) is not None)


def test_opens_and_closes_all_settings_of_a_sending(screen: Terminal) -> None:
    open_report(screen)
    screen.wait_for("From", "Total credits", "Sending to ▸")
    screen.press("o")
    screen.wait_for("Sending to ▾", "without segment")
    screen.press(ESC)
    screen.wait_for("Sending to ▸", "1 Sent")
    screen.wait_gone("without segment")


def test_every_figure_explains_itself_under_the_cursor(screen: Terminal) -> None:
    open_report(screen)
    screen.wait_for("Sent = ")
    # From the list over the tabs' and the overview's place to the figures.
    screen.press(SHIFT_TAB + SHIFT_TAB)
    screen.wait_gone("  Sent = ", "\n Sent = ")
    seen = {explanation(screen.text())}
    for _ in range(10):
        before = explanation(screen.text())
        screen.press(RIGHT)
        seen.add(explanation(screen.wait("another explanation", partial(explains_another, before))))
    assert len(seen) == 11
    screen.press("y")
    screen.wait_for("Copied ")


def test_shows_and_hides_the_curves(screen: Terminal) -> None:
    open_report(screen)
    unasked = screen.screen.lines >= 36
    for shown in (not unasked, unasked):
        screen.press("c")
        screen.wait("the curves to come or go", partial(_has_curves, shown))
        screen.wait_for("1 Sent", "exports all")


def _has_curves(shown: bool, text: str) -> bool:
    return ("First clicks by hour" in text) is shown


def test_counts_the_clicks_of_machines_and_leaves_them_out_again(screen: Terminal) -> None:
    open_report(screen)
    people = _number_after("Clicks", screen.text())
    screen.press("b")
    screen.wait("more clicks", lambda text: _number_after("Clicks", text) > people)
    screen.press("b")
    screen.wait("the clicks of people", lambda text: _number_after("Clicks", text) == people)


def _number_after(word: str, text: str) -> int:
    found = re.search(rf"▇ {word} ([\d\u202f]+)", text)
    assert found is not None, text
    return int(found[1].replace("\u202f", ""))


def test_looks_through_the_six_tabs(screen: Terminal) -> None:
    open_report(screen)
    wide = screen.screen.columns > 100
    headings = {
        "1": "Outcome" if wide else "Sent",
        "2": "Delivered",
        "3": "Last click",
        "4": "Who clicked",
        "5": "Next step" if wide else "Bounce",
        "6": "Unsubscribed",
    }
    for key, heading in headings.items():
        open_tab(screen, key)
        # Where marks are explained there may be no room for how to get the rest.
        screen.wait_for(heading, " of ", "shown · ")


def test_sees_who_clicked_the_highlighted_link(screen: Terminal) -> None:
    open_report(screen)
    open_tab(screen, "4")
    first = _link(screen.wait("the people of a link", lambda text: bool(_link(text))))
    screen.press(DOWN)
    second = _link(screen.wait("the people of the next", lambda text: _link(text) not in (first, "")))
    screen.press("y")
    screen.wait_for(f"Copied {second}")
    screen.press(ENTER)
    screen.wait_for("⏎ Open")
    screen.press(ENTER)
    screen.wait_for("SMS consent")


def _link(text: str) -> str:
    found = re.search(r"Who clicked (\S+) · \d+ of", text)
    return found[1] if found else ""


def test_finds_people_of_a_tab_and_ends_the_search(screen: Terminal) -> None:
    open_report(screen)
    everybody = screen.wait_for("exports all").count("\n")
    find(screen, "anna")
    screen.wait_for("found for “anna”", "e exports them")
    screen.press(ENTER)
    screen.wait_for("⏎ Open", "found for “anna”")
    screen.press(ESC)
    text = screen.wait_for("exports all")
    assert "/ anna" not in text
    assert text.count("\n") == everybody


def test_finds_nobody_and_is_offered_no_export(screen: Terminal) -> None:
    open_report(screen)
    find(screen, NOBODY)
    text = screen.wait_for(f"Nobody found for “{NOBODY}”", "Show all rows again")
    assert "exports them" not in text


def test_copies_a_number_as_it_is_shown(screen: Terminal) -> None:
    open_report(screen)
    open_tab(screen, "1")
    screen.press("y")
    text = screen.wait_for("Copied ")
    assert re.search(r"Copied \+\d\d…\d+", text), text


def test_shows_the_numbers_in_full_and_masks_them_again(screen: Terminal) -> None:
    open_report(screen)
    open_tab(screen, "1")
    screen.wait("masked numbers", lambda text: bool(re.search(r"\+\d\d…\d\d\d\d", text)))
    screen.press("m")
    screen.wait("whole numbers", lambda text: bool(re.search(r" \+\d{10,15} ", text)) and "in full" in text)
    assert not re.search(r"\+\d+…", screen.text())
    screen.press("m")
    screen.wait_for("Numbers are masked.")


def test_makes_a_segment_of_a_tab_and_keeps_it(screen: Terminal) -> None:
    open_report(screen)
    screen.press("s")
    screen.wait_for("A segment of whom?", "These people")
    screen.press(ENTER)
    screen.wait_for("New segment", "received", "not saved")
    screen.press("w")
    screen.wait_for("Keep this segment")
    screen.press(ENTER)
    screen.wait_for("is saved")
    screen.press(ESC)
    screen.wait_for("1 Sent")


def test_pushes_a_segment_to_the_gateway_for_both_uses(screen: Terminal) -> None:
    open_report(screen)
    screen.press("s")
    screen.wait_for("A segment of whom?", "These people")
    screen.press(ENTER)
    screen.wait_for("New segment", "not saved")
    screen.press("w")
    screen.wait_for("Keep this segment")
    # The name that was proposed may be taken by another story; it is marked, and what is typed takes its place.
    screen.rest()
    screen.press("For pushing")
    screen.wait_for(" For pushing")
    screen.press(ENTER)
    screen.wait_for("is saved")
    screen.press("S")
    screen.wait_for("For pushing", "M Reminder")
    while "▌For pushing" not in screen.text():
        before = screen.text()
        screen.press("j")
        screen.wait("the cursor to move", partial(operator.ne, before))
    screen.press(">")
    screen.wait_for("Push “For pushing” to the gateway", "Only who may be sent to", "Not pushed yet.")
    screen.press(ENTER)
    screen.wait_for("to include:", "Close", "Pushed 2")
    screen.press(ENTER)
    screen.wait_gone("Close")
    screen.press("p")
    screen.wait_for("Segment · For pushing", "SMS may be sent to", "e exports all")
    screen.press(">")
    screen.wait_for("to the gateway", "○ to exclude")
    screen.press(RIGHT + ENTER)
    screen.wait_for("to exclude:", "Close")
    screen.press(ENTER)
    screen.wait_gone("Close")
    screen.press(ESC)
    screen.wait_for("p People")


def test_reads_all_four_tabs_of_a_person(screen: Terminal) -> None:
    open_profile(screen)
    screen.wait_for("▌1 Details", "E-mail", "Strikes")
    open_tab(screen, "2")
    screen.wait_for("Activity", EVERYWHERE)
    open_tab(screen, "3")
    open_tab(screen, "4")
    screen.wait_for("Raw code", "event ", "delivered")
    screen.press(ESC)
    screen.wait_for("1 Sent", "exports all")


def test_opens_a_report_from_a_person(screen: Terminal) -> None:
    open_profile(screen)
    open_tab(screen, "2")
    screen.press(ENTER)
    screen.wait_for("⏎ Open")
    screen.press(ENTER)
    screen.wait_for("1 Sent", "exports all")
