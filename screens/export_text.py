"""The words of the export dialog: whose rows, how far it is, what came of it."""

from pathlib import Path

from screens.report_text import TAB_LABELS
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.formatting import count_of, duration, thousands
from smsreport_tui.rules.text import shown

_LONGEST_FIND = 24
# A rate before that says more about the start than about the work.
_SURE_SECONDS = 0.5


def title(tab: Tab) -> str:
    """What the dialog is about."""
    return f"Export {TAB_LABELS[tab]}"


def all_rows(total: int | None) -> str:
    """The choice of every row."""
    return "all rows" if total is None else f"all {count_of(total, 'row')}"


def found_rows(found: int | None, find: str) -> str:
    """The choice of the rows that the search has found."""
    number = "those" if found is None else thousands(found)
    return f"{number} found for “{shown(find, _LONGEST_FIND)}”"


def progress(done: int, total: int, seconds: float, noun: str = "row", what: str = "written") -> str:
    """Done of all, how many a second, and how long the rest takes."""
    line = f"{thousands(done)} of {count_of(total, noun)} {what}"
    if done and seconds >= _SURE_SECONDS:
        rate = done / seconds
        line += f" · {thousands(round(rate))} a second"
        if done < total:
            line += f" · {duration((total - done) / rate)} left"
    return f"{line} · Esc cancels"


def written(rows: int, path: Path, noun: str = "row") -> str:
    """The end of an export that went well."""
    return f"{count_of(rows, noun)} written to {shown(str(path))}"
