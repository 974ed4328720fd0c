"""What a report offers as segments, to choose from."""

from collections.abc import Sequence

from screens.chooser import ChooserScreen, Pick
from screens.report_text import TAB_LABELS
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.segment_file import LONGEST_NAME
from smsreport_tui.rules.segment_forms import Form, Listed
from smsreport_tui.rules.segment_words import ActivityName, clause
from smsreport_tui.rules.text import shown

_LONGEST_FIND = 40


def forms_dialog() -> ChooserScreen:
    """Asks for one of the forms, once it is filled; ends with its number."""
    return ChooserScreen("A segment of whom?", ("People", "Of whom this holds"))


def picks_of(forms: Sequence[Form], name_of: ActivityName) -> list[Pick]:
    """What the dialog is filled with."""
    return [Pick(str(index), form.name, clause(form.where, name_of)) for index, form in enumerate(forms)]


def proposed_name(forms: Sequence[Form], index: int, listed: Listed, activity: str) -> str:
    """What a segment of that form may be called: the first, which are the people listed, by where they stand."""
    words = forms[index].name
    if index == 0:
        found = f" “{listed.find[:_LONGEST_FIND]}”" if listed.find and listed.tab is not Tab.LINKS else ""
        words = f"Clicked {listed.link}" if listed.link else f"{TAB_LABELS[listed.tab]}{found}"
    return shown(f"{words} · {activity}", LONGEST_NAME)
