"""All rows of a tab as a file."""

from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.background import give_way
from smsreport_tui.cli.command import Command, machine_clicks_option, tab_argument
from smsreport_tui.cli.ending import INTERRUPTED
from smsreport_tui.cli.output import note, say
from smsreport_tui.cli.progress import export_progress
from smsreport_tui.cli.signals import stop_asked
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.formatting import count_of

if TYPE_CHECKING:
    from smsreport_tui.services.export_audit import ExportAudit
    from smsreport_tui.services.source import ReportSource


@click.command(cls=Command)
@click.argument("activity")
@tab_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.option("--masked", is_flag=True, help="Write phone numbers masked, as the screen shows them.")
@click.option("--find", metavar="TEXT", help="Only rows with TEXT in name, number or code.")
@click.option("--columns", metavar="NAMES", help="Only these columns, by their names with commas between.")
@machine_clicks_option
@click.option("--progress-lines", "lines", is_flag=True, hidden=True)
@click.pass_context
def export(
    context: click.Context,
    *,
    activity: str,
    tab: str,
    file: Path,
    force: bool,
    masked: bool,
    find: str | None,
    columns: str | None,
    machine_clicks: bool,
    lines: bool,
) -> None:
    """Write all rows of a tab to FILE.

    TAB is one of sent, delivered, clicks, links, bounces, unsubscribe. The suffix of FILE, .csv or .xlsx, decides
    the format. FILE is complete or absent.
    """
    from smsreport_tui.services.export import ExportCancelled, check_export

    if lines:
        give_way()
    check_export(file, force=force)
    about = context.ensure_object(Surroundings)
    with stop_asked() as stop:
        try:
            with about.reports() as reports:
                done = _Export(reports, about.export_audit(), activity, Tab(tab), find, machine_clicks).write(
                    file, _Manner(force, masked, _names(columns), lines), stop
                )
        except ExportCancelled as error:
            note(str(error))
            context.exit(INTERRUPTED)
    if not lines:
        say(f"{count_of(done, 'row')} in {file}")


def _names(columns: str | None) -> tuple[str, ...]:
    return tuple(name for word in (columns or "").split(",") if (name := word.strip()))


@dataclass(frozen=True, slots=True)
class _Manner:
    force: bool
    masked: bool
    columns: tuple[str, ...]
    lines: bool


class _Export:
    def __init__(
        self,
        reports: "ReportSource",
        audit: "ExportAudit",
        activity: str,
        tab: Tab,
        find: str | None,
        machine_clicks: bool,
    ) -> None:
        self._reports = reports
        self._audit = audit
        self._activity = activity
        self._tab = tab
        self._find = find
        self._machine_clicks = machine_clicks

    def write(self, file: Path, manner: _Manner, stop: Event) -> int:
        from smsreport_tui.services.export import export_rows

        written = self._audit.of(
            "tab",
            file.suffix,
            activity=self._activity,
            tab=self._tab.value,
            find=self._find,
            machine_clicks=self._machine_clicks,
            masked=manner.masked,
            columns=",".join(manner.columns) or None,
        )
        found = self._reports.rows(self._activity, self._tab, find=self._find, machine_clicks=self._machine_clicks)
        with found as rows, export_progress(file.name, manner.lines, stop) as show:
            if show is not None:
                show(0, rows.total)
            return export_rows(
                rows,
                file,
                force=manner.force,
                title=self._tab.value.capitalize(),
                progress=show,
                cancelled=stop.is_set,
                masked=manner.masked,
                columns=manner.columns,
                written=written,
            )
