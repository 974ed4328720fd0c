"""Rows, figures and overview as pure functions, in tables of examples."""

from dataclasses import replace

import pytest

from screens import activity_cells, report_text, tab_cells
from screens.report_figures import figures
from smsreport_tui.rules.columns import TAB_COLUMNS, Tab
from smsreport_tui.rules.figures import SendingTo
from tests.screens.fake_source import COUNTS, NOW, SENT_AT, ZONE, activity, report, row, summary
from widgets.cell import Cell, Tone

MANNER = tab_cells.Manner(ZONE, SENT_AT)


def no_words(_vendor: str | None, _scheme: str | None, _code: str | None) -> str | None:
    return None


@pytest.mark.parametrize("tab", list(Tab))
def test_every_column_of_a_tab_stands_once_on_the_screen(tab: Tab) -> None:
    columns = TAB_COLUMNS[tab]
    assert sorted(tab_cells.order(columns)) == list(range(len(columns)))
    assert len(tab_cells.cells(columns, row(tab, 0), MANNER, no_words)) == len(tab_cells.specs(columns))


def _cell(tab: Tab, number: int, name: str, manner: tab_cells.Manner = MANNER) -> Cell:
    columns = TAB_COLUMNS[tab]
    place = [columns[index].name for index in tab_cells.order(columns)].index(name)
    return tab_cells.cells(columns, row(tab, number), manner, lambda *_: "in words")[place]


def test_cells_of_a_bounce() -> None:
    assert _cell(Tab.BOUNCES, 0, "name") == Cell("Anna Berg")
    assert _cell(Tab.BOUNCES, 0, "msisdn") == Cell("+46…0000")
    assert _cell(Tab.BOUNCES, 0, "msisdn", replace(MANNER, masked=False)) == Cell("+46700000000")
    assert _cell(Tab.BOUNCES, 0, "bounce") == Cell("soft", Tone.WARN)
    assert _cell(Tab.BOUNCES, 0, "code") == Cell("27 in words")
    assert _cell(Tab.BOUNCES, 1, "next_retry_at") == Cell("–", Tone.DIM)


def test_an_erased_person_stands_as_such() -> None:
    assert _cell(Tab.SENT, 3, "name") == Cell("erased", Tone.DIM)
    assert _cell(Tab.SENT, 3, "msisdn") == Cell("–", Tone.DIM)


def test_a_person_without_a_name_stands_by_the_id() -> None:
    columns = TAB_COLUMNS[Tab.SENT]
    plain = row(Tab.SENT, 0)
    nameless = replace(plain, values=(plain.values[0], None, *plain.values[2:]))
    assert tab_cells.cells(columns, nameless, MANNER, no_words)[0] == Cell("P0", Tone.DIM)


def test_a_narrow_time_drops_the_date_only_on_the_day_of_sending() -> None:
    assert _cell(Tab.DELIVERED, 0, "delivered_at") == Cell("2026-03-02 10:00:00", short="10:00:00")
    other_day = replace(MANNER, sent_at=NOW + 24 * 3_600 * 1_000_000)
    assert _cell(Tab.DELIVERED, 0, "delivered_at", other_day).short == "03-02 10:00"


@pytest.mark.parametrize(
    ("share", "line"),
    [
        (None, "        "),
        (0.0, "────────"),
        (0.5, "━━━━────"),
        (0.95, "━━━━━━━╾"),
        (1.0, "━━━━━━━━"),
        (1.7, "━━━━━━━━"),
    ],
)
def test_bars(share: float | None, line: str) -> None:
    assert activity_cells.bar(share) == line


def test_cells_of_an_activity() -> None:
    cells = activity_cells.cells(summary(2))
    assert cells[1] == Cell("2026-03-01 19:00 Europe/Berlin", short="2026-03-01 19:00 Berlin")
    assert cells[3].text == "93.8\u00a0%"
    nothing = activity_cells.cells(replace(summary(2), sent=0, delivered=0, sent_at=None, name=None))
    assert (nothing[0].text, nothing[1].text, nothing[3].text) == ("A2", "not told yet", "–")


def test_every_figure_has_an_explanation_with_its_number() -> None:
    for figure in figures(report(activity())):
        assert figure.number in figure.explanation, figure.label
        assert len(figure.explanation) <= 118, figure.label


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ((), "not told"),
        ((SendingTo("segment", "VIP", "any"),), "segment VIP (any)"),
        ((SendingTo("segment", "A"), SendingTo("segment", "B"), SendingTo("tag", "C")), "2 segments · 1 tag"),
    ],
)
def test_sending_to(settings: tuple[SendingTo, ...], words: str) -> None:
    assert report_text.sending_summary(settings) == words


def test_the_state_of_a_report() -> None:
    final = report(activity())
    assert report_text.state(final, NOW - 12_000_000, NOW) == "synced 12 s ago · final"
    assert report_text.state(replace(final, open=1_204), None, NOW) == "not synced yet · 1\u202f204 open"


def test_warnings_are_named_only_when_there_are_any() -> None:
    assert report_text.warnings(report(activity())) == ""
    odd = replace(report(activity(), replace(COUNTS, pending=1)), quarantined=1, fresh=True)
    words = report_text.warnings(odd)
    assert words.startswith("The books do not balance: sent 9\u202f716 is not 9\u202f120 delivered")
    assert "1 bad item " in words
    assert words.endswith("Still arriving: data younger than ten minutes")


def test_the_text_opens_part_by_part_and_names_what_forced_ucs2() -> None:
    text = report_text.overview(report(activity(body="Hej ☃\nyou" + "x" * 70)))
    heading, lines = text.sections[-1]
    assert heading == "Text"
    assert lines[0].startswith("UCS-2 because of “☃” at character 5, 2 parts")
    assert lines[1] == "Part 1: Hej ☃"
    assert lines[2].startswith("        you")
    assert lines[3].startswith("Part 2: x")
