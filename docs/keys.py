"""Writes the README's table of keys from the app's bindings; with --check it only says whether the table is stale."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from textual.binding import Binding, BindingType  # noqa: E402
from textual.dom import DOMNode  # noqa: E402
from textual.keys import format_key  # noqa: E402

from screens.activities import ActivitiesScreen  # noqa: E402
from screens.chooser import ChooserScreen  # noqa: E402
from screens.confirm import ConfirmScreen  # noqa: E402
from screens.connect import ConnectScreen  # noqa: E402
from screens.erase import EraseScreen  # noqa: E402
from screens.file_dialog import FileDialog  # noqa: E402
from screens.form import FormDialog  # noqa: E402
from screens.help import HelpScreen  # noqa: E402
from screens.profile import ProfileScreen  # noqa: E402
from screens.reminder_form import ReminderForm  # noqa: E402
from screens.report import ReportScreen  # noqa: E402
from screens.retries import RetriesScreen  # noqa: E402
from screens.segment_compare import CompareScreen  # noqa: E402
from screens.segment_people import SegmentPeopleScreen  # noqa: E402
from screens.segment_why import WhyScreen  # noqa: E402
from screens.segments import SegmentsScreen  # noqa: E402
from screens.source_screen import SourceScreen  # noqa: E402
from screens.tree_editor import TreeEditor  # noqa: E402
from smsreport_tui.app import SmsReportApp  # noqa: E402
from widgets.breakdown import Breakdown  # noqa: E402
from widgets.check_list import CheckList  # noqa: E402
from widgets.choice import Choice  # noqa: E402
from widgets.condition_tree import ConditionTree  # noqa: E402
from widgets.details import Details  # noqa: E402
from widgets.find_bar import FindInput  # noqa: E402
from widgets.offer_line import OfferInput  # noqa: E402
from widgets.overview import Overview  # noqa: E402
from widgets.row_table import RowTable  # noqa: E402
from widgets.side_tabs import SideTabs  # noqa: E402

README = HERE.parent / "README.md"
BEGIN, END = "<!-- keys begin -->", "<!-- keys end -->"
PLACES: tuple[tuple[str, type[DOMNode]], ...] = (
    ("everywhere", SmsReportApp),
    ("every screen", SourceScreen),
    ("activities", ActivitiesScreen),
    ("report", ReportScreen),
    ("profile", ProfileScreen),
    ("retries", RetriesScreen),
    ("segments", SegmentsScreen),
    ("reminder", ReminderForm),
    ("segment builder", TreeEditor),
    ("conditions", ConditionTree),
    ("a segment's people", SegmentPeopleScreen),
    ("a comparison", CompareScreen),
    ("why", WhyScreen),
    ("a form", FormDialog),
    ("a choice of several", ChooserScreen),
    ("what is offered", OfferInput),
    ("a question", ConfirmScreen),
    ("export", FileDialog),
    ("erase", EraseScreen),
    ("connect", ConnectScreen),
    ("help", HelpScreen),
    ("lists", RowTable),
    ("find", FindInput),
    ("tabs", SideTabs),
    ("overview", Overview),
    ("figures", Breakdown),
    ("details", Details),
    ("a choice", Choice),
    ("check list", CheckList),
)


def table() -> str:
    """The table in Markdown, one line a binding."""
    lines = ["| key | where | does | id |", "|---|---|---|---|"]
    for where, owner in PLACES:
        for binding in bindings(owner.__dict__.get("BINDINGS", [])):
            keys = " ".join(f"`{spoken(key)}`" for key in binding.key.split(","))
            lines.append(f"| {keys} | {where} | {binding.tooltip or binding.description} | `{binding.id}` |")
    return "\n".join(lines)


def bindings(listed: list[BindingType]) -> list[Binding]:
    """Those that are written out as bindings of our own."""
    return [binding for binding in listed if isinstance(binding, Binding) and binding.id]


def spoken(key: str) -> str:
    """The key as one presses it."""
    return "+".join(format_key(part) for part in key.strip().split("+"))


def main(words: list[str]) -> int:
    text = README.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    fresh = f"{before}{BEGIN}\n{table()}\n{END}{after}"
    if words == ["--check"]:
        if fresh != text:
            print("The README's table of keys is stale: run `python docs/keys.py`.", file=sys.stderr)
            return 1
        return 0
    README.write_text(fresh, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
