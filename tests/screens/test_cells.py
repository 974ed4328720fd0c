"""Rows, figures and overview as pure functions, in tables of examples."""

from dataclasses import replace

import pytest

from screens import activity_cells, report_text, tab_cells
from screens.report_figures import figures
from smsreport_tui.rules.columns import TAB_COLUMNS, Tab, TabPage, Value
from smsreport_tui.rules.figures import SendingTo
from smsreport_tui.rules.marks import Mark
from tests.screens.fake_source import COUNTS, NOW, SENT_AT, ZONE, activity, report, row, summary
from widgets.ascii_only import in_ascii
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


@pytest.mark.parametrize(
    ("number", "strikes", "outcome", "step"),
    [
        (0, 0, "soft", Cell("retry 2026-03-02 11:00:00", Tone.WARN, short="retry 11:00:00")),
        (1, 1, "hard", Cell("strike 1 of 3", Tone.BAD)),
        (1, 3, "hard", Cell("suppressed", Tone.BAD)),
        (2, 0, "blocked", Cell("no retry", Tone.DIM)),
        (2, 0, "optout", Cell("suppressed", Tone.BAD)),
    ],
)
def test_the_next_step_of_a_bounce(number: int, strikes: int, outcome: str, step: Cell) -> None:
    columns = TAB_COLUMNS[Tab.BOUNCES]
    plain = row(Tab.BOUNCES, number)
    changed: dict[str, Value] = {"strikes": strikes, "outcome": outcome}
    values = tuple(changed.get(column.name, value) for column, value in zip(columns, plain.values, strict=True))
    place = [columns[index].name for index in tab_cells.order(columns)].index("next_retry_at")
    assert tab_cells.cells(columns, plain._replace(values=values), MANNER, no_words)[place] == step


@pytest.mark.parametrize(("mark", "tone"), [(Mark.NEARLY, Tone.WARN), (Mark.SUPPRESSED, Tone.BAD)])
def test_a_number_has_its_mark_behind_it_and_keeps_it_where_there_is_little_room(mark: Mark, tone: Tone) -> None:
    columns = TAB_COLUMNS[Tab.SENT]
    marked = row(Tab.SENT, 0)._replace(mark=mark)
    place = [columns[index].name for index in tab_cells.order(columns)].index("msisdn")
    cell = tab_cells.cells(columns, marked, MANNER, no_words)[place]
    assert cell == Cell(f"+46…0000 {mark}", tone, short=f"{mark}…0000")
    least = tab_cells.specs(columns)[place].least
    assert len(cell.short or "") <= least
    assert tab_cells.copied(columns, marked, masked=True) == "+46…0000"
    page = TabPage(columns, 1, (marked,))
    assert f"{mark} {mark.meaning}" in report_text.foot(Tab.SENT, page, ZONE)
    assert in_ascii(cell.text).isascii()
    assert "?" not in in_ascii(cell.text)


def test_copying_takes_the_number_as_shown_or_the_id() -> None:
    columns = TAB_COLUMNS[Tab.SENT]
    assert tab_cells.copied(columns, row(Tab.SENT, 0), masked=True) == "+46…0000"
    assert tab_cells.copied(columns, row(Tab.SENT, 0), masked=False) == "+46700000000"
    assert tab_cells.copied(columns, row(Tab.SENT, 3), masked=False) == "P3"
    assert tab_cells.copied(TAB_COLUMNS[Tab.LINKS], row(Tab.LINKS, 1), masked=True) == "L2"


def test_an_erased_person_stands_as_such() -> None:
    assert _cell(Tab.SENT, 3, "name") == Cell("erased", Tone.DIM)
    assert _cell(Tab.SENT, 3, "msisdn") == Cell("–", Tone.DIM)


def test_a_person_without_a_name_stands_by_the_id() -> None:
    columns = TAB_COLUMNS[Tab.SENT]
    plain = row(Tab.SENT, 0)
    nameless = plain._replace(values=(plain.values[0], None, *plain.values[2:]))
    assert tab_cells.cells(columns, nameless, MANNER, no_words)[0] == Cell("P0", Tone.DIM)


def test_a_narrow_time_drops_the_date_only_on_the_day_of_sending() -> None:
    assert _cell(Tab.DELIVERED, 0, "delivered_at") == Cell("2026-03-02 10:00:00", short="10:00:00")
    other_day = replace(MANNER, sent_at=NOW + 24 * 3_600 * 1_000_000)
    assert _cell(Tab.DELIVERED, 0, "delivered_at", other_day).short == "03-02 10:00"


@pytest.mark.parametrize(
    ("share", "line"),
    [
        (None, "     "),
        (0.0, "─────"),
        (0.5, "━━╾──"),
        (0.9, "━━━━╾"),
        (1.0, "━━━━━"),
        (1.7, "━━━━━"),
    ],
)
def test_bars(share: float | None, line: str) -> None:
    assert activity_cells.bar(share) == line


def test_cells_of_an_activity() -> None:
    most = activity_cells.scales([summary(2), summary(3)._replace(sent=2 * summary(2).sent)])
    cells = activity_cells.cells(summary(2), most)
    assert cells[1] == Cell("2026-03-01 19:00 Europe/Berlin", short="03-01 19:00 Berlin")
    assert cells[3].text == "93.8\u00a0%"
    assert cells[2].tail == " ━━╾──"
    nothing = activity_cells.cells(summary(2)._replace(sent=0, delivered=0, sent_at=None, name=None), most)
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
        ((SendingTo("segment", "A"), SendingTo("segment", "B"), SendingTo("tag", "C")), "2 segments, 1 tag"),
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
    assert lines[0].startswith("UCS-2 because of “☃” SNOWMAN (U+2603) at character 5, 2 parts")
    assert lines[1] == "┌ part 1 of 2 · 67 of 67 units of 16 bits"
    assert lines[2] == "│ Hej ☃"
    assert lines[3] == "│ you" + "x" * 47
    assert lines[5].startswith("┌ part 2 of 2 · 12 of 67")


def test_a_character_that_is_not_seen_is_named_all_the_same() -> None:
    text = report_text.overview(report(activity(body="Hej\u200b du")))
    assert "UCS-2 because of ZERO WIDTH SPACE (U+200B) at character 4" in text.sections[-1][1][0]


def test_a_narrow_address_is_told_by_its_path() -> None:
    assert _cell(Tab.LINKS, 0, "url").short == "…/spring"
