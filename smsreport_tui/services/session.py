"""What one run of the app is given: where it reads, what it starts, and whose clock it looks at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from smsreport_tui.rules.clock import Clock, SystemClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.services.remembered import Remembered
from smsreport_tui.services.source import ReportSource

if TYPE_CHECKING:
    from smsreport_tui.rules.reminders import Draft
    from smsreport_tui.rules.segment_figures import Channel, Purpose


class ExportWish(NamedTuple):
    """What an operator wants written: whose rows, where to, and in what manner; no columns means all of them."""

    activity: str
    tab: Tab
    file: Path
    overwrite: bool = False
    masked: bool = False
    find: str | None = None
    machine_clicks: bool = False
    columns: tuple[str, ...] = ()


class PeopleWish(NamedTuple):
    """A segment's people written to a file: all of them, or with a channel those who may be sent to by it."""

    segment: str
    file: Path
    channel: "Channel | None" = None
    overwrite: bool = False


class PushWish(NamedTuple):
    """A segment to be handed to the gateway, and what for."""

    segment: str
    purpose: "Purpose"


class RemindWish(NamedTuple):
    """A reminder to be checked, or sent; with `any_hour` also to people for whom it is no allowed hour."""

    draft: "Draft"
    sends: bool = False
    any_hour: bool = False


ExportCommand = Callable[[ExportWish], list[str]]
PeopleCommand = Callable[[PeopleWish], list[str]]
PushCommand = Callable[[PushWish], list[str]]
ForgetCommand = Callable[[str], list[str]]
ConnectCommand = Callable[[str], list[str]]
RemindCommand = Callable[[RemindWish], list[str]]


@dataclass(frozen=True)
class Session:
    """The app's surroundings, made by the command line.

    `open_source` is called once, in a thread, after the first paint: it may import, create and migrate, and raises
    SmsReportError. `glance` is called before that, in a thread too, and gives the activities that a store shows without
    the heavy imports, or None. `export_command` gives the child's command line for a wish; the child writes
    `progress DONE TOTAL` lines to standard error, and its last line there says why it failed.
    `people_command` does the same for the people of a segment.
    `push_command` gives the command that hands a segment to the gateway and prints what then holds as a sentence, with
    progress lines of the people uploaded, or is None where nothing may be pushed.
    `forget_command` gives that of the erasure of a profile by its id, or is None where nothing may be erased.
    `connect_command` gives the command that tests and keeps a gateway's address with the token from its standard
    input, and `renew` the session that the configuration then makes.
    `remind_command` gives the command that checks or sends a reminder and prints a document, with progress lines of the
    people pushed, or is None where nothing may be sent.
    `can_become_demo` says whether the app may end and the demo take its terminal.
    `worker_command` is the background worker that ends when its standard input closes, or None where none may start.
    """

    open_source: Callable[[], ReportSource]
    export_command: ExportCommand
    people_command: PeopleCommand
    export_dir: Path
    log_path: Path
    glance: Callable[[], list[ActivitySummary] | None] = lambda: None
    forget_command: ForgetCommand | None = None
    connect_command: ConnectCommand | None = None
    push_command: PushCommand | None = None
    remind_command: RemindCommand | None = None
    renew: "Callable[[], Session] | None" = None
    can_become_demo: bool = False
    worker_command: Sequence[str] | None = None
    gateway: str | None = None
    time_zone: str | None = None
    outcomes: Path | None = None
    demo: bool = False
    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)
    remembered: Remembered = field(default_factory=Remembered)
