"""Takes the pictures of the README and the tour anew: the app on a simulated world, as it is painted.

`docs/screenshot.py` writes docs/report.svg and docs/tour/; with `--size 80x24 FOLDER` every scene goes into FOLDER at
that size, to be looked at."""

import argparse
import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from textual.pilot import Pilot  # noqa: E402

from smsreport_tui.app import SmsReportApp  # noqa: E402
from smsreport_tui.gateways.feed import FeedGateway  # noqa: E402
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock  # noqa: E402
from smsreport_tui.rules.segment_file import SegmentFile  # noqa: E402
from smsreport_tui.rules.segment_tree import (  # noqa: E402
    AllOf,
    AnyOf,
    BounceBucket,
    Happened,
    Happening,
    InSegment,
    IsIn,
    Node,
    NoneOf,
    State,
)
from smsreport_tui.services.reports import WORKER_LEASE, Reports  # noqa: E402
from smsreport_tui.services.segment_desk import SegmentDesk  # noqa: E402
from smsreport_tui.services.session import Session  # noqa: E402
from smsreport_tui.services.worker import Watch, run_worker  # noqa: E402
from smsreport_tui.simulator.run import running  # noqa: E402
from smsreport_tui.simulator.world import WorldConfig  # noqa: E402
from storage.leases import take_lease  # noqa: E402
from storage.store import open_store  # noqa: E402

START = 1_772_442_000_000_000
WORLD = WorldConfig(profiles=10_000, start=START)
SIZE = (120, 40)
LONGEST_SECONDS = 20
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scene:
    """The keys that lead to a picture from the start of the app, and words that then stand in it."""

    keys: tuple[str, ...]
    sign: str
    configured: bool = True


_REPORT = ("j", "j", "enter")
_PERSON = (*_REPORT, "5", "enter")
SCENES: Mapping[str, Scene] = {
    "first-start": Scene((), "No gateway", configured=False),
    "connect": Scene(("c",), "Token", configured=False),
    "activities": Scene(("j", "j"), "Last call"),
    "search": Scene(("slash", *"stock"), "3 of 12"),
    "report": Scene((*_REPORT, "1"), "delivered"),
    "explained": Scene((*_REPORT, "shift+tab", "shift+tab", "l"), "on the handset"),
    "settings": Scene((*_REPORT, "o"), "Customers"),
    "curves": Scene((*_REPORT, "c"), "exports all"),
    "clicks": Scene((*_REPORT, "3"), "Last click"),
    "links": Scene((*_REPORT, "4", "j"), "Who clicked"),
    "bounces": Scene((*_REPORT, "5"), "soft"),
    "unsubscribe": Scene((*_REPORT, "6"), "Unsubscribed"),
    "find": Scene((*_REPORT, "1", "slash", *"ann"), "found for “ann”"),
    "found-none": Scene((*_REPORT, "1", "slash", *"nobody"), "Nobody found"),
    "retries": Scene(("R",), "What retries bring"),
    "forms": Scene((*_REPORT, "2", "s", "j"), "A segment of whom?"),
    "builder": Scene((*_REPORT, "2", "s", "j", "enter", "j", "j"), "not saved"),
    "condition": Scene((*_REPORT, "2", "s", "j", "enter", "a", "enter"), "Add a condition"),
    "segments": Scene(("S",), "Reach again"),
    "why": Scene((*_PERSON, "w", "j", "enter"), "Esc closes"),
    "profile": Scene(_PERSON, "SMS consent"),
    "response": Scene((*_PERSON, "2"), "expired"),
    "website": Scene((*_PERSON, "3"), "clicked"),
    "timeline": Scene((*_PERSON, "4", "l", "G"), "bounced"),
    "erase": Scene((*_PERSON, "D"), "can not be undone"),
    "export": Scene((*_REPORT, "3", "e"), "Export Clicks"),
    "palette": Scene((*_REPORT, "ctrl+p"), "Search"),
    "help": Scene((*_REPORT, "question_mark"), "Esc closes"),
}
KEPT: Mapping[str, str] = {
    "report.svg": "bounces",
    "tour/activities.svg": "activities",
    "tour/explained.svg": "explained",
    "tour/links.svg": "links",
    "tour/retries.svg": "retries",
    "tour/find.svg": "find",
    "tour/timeline.svg": "timeline",
    "tour/builder.svg": "builder",
    "tour/export.svg": "export",
}
"""What stands in docs/, by the scene that it shows."""


QUIET = Watch(lambda: 0.0, lambda _result: None, lambda sentence: print(sentence, file=sys.stderr))


def fill(store_path: str, clock: FixedClock, world: WorldConfig = WORLD) -> None:
    """Mirror a simulated world for two hours, retries and all, and hold the store as a worker does."""

    async def work(url: str) -> None:
        with open_store(store_path, clock, writable=True) as store:
            for _ in range(3):
                await run_worker(
                    store,
                    partial(FeedGateway, url, "secret", clock=clock),
                    clock,
                    QUIET,
                    once=True,
                    stop=asyncio.Event(),
                )
                make_segments(SegmentDesk(store, clock))
                clock.advance(45 * MINUTE)
            take_lease(store, WORKER_LEASE, "screenshot", HOUR)

    clock.advance(START - clock.now())
    with running(world, frozenset({"picky"}), clock) as simulator:
        asyncio.run(work(simulator.url))


def make_segments(desk: SegmentDesk) -> None:
    """A few segments, each counted once more."""
    soft = AllOf((Happened(Happening.BOUNCED, bounce=BounceBucket.SOFT), NoneOf((Happened(Happening.DELIVERED),))))
    wanted: dict[str, Node] = {
        "Never reached": NoneOf((Happened(Happening.DELIVERED),)),
        "Reach again by e-mail": AnyOf((InSegment("Soft bounced, never delivered"), IsIn(State.SUPPRESSED))),
        "Soft bounced, never delivered": soft,
        "Twice clicked in a day": Happened(Happening.CLICKED, at_least=2, within="24h"),
    }
    known = {one.name for one in desk.all()}
    for name in sorted(wanted, reverse=True):
        if name not in known:
            desk.create(SegmentFile(name, wanted[name]))
        desk.count(name, seen=not known)


def configured(store_path: str, clock: FixedClock) -> Session:
    """The app's session on that store; what it starts as a child process does nothing."""
    return Session(
        open_source=lambda: Reports(open_store(store_path, clock, writable=False), clock),
        export_command=lambda _wish: ["true"],
        people_command=lambda _wish: ["true"],
        export_dir=Path("/home/me/exports"),
        log_path=Path(store_path).with_name("log"),
        forget_command=lambda _profile: ["true"],
        gateway="https://sms.example.com",
        clock=clock,
    )


def unconfigured(store_path: str, clock: FixedClock) -> Session:
    """The session of a first start, on a store that is empty."""
    open_store(store_path, clock, writable=True).close()
    return replace(
        configured(store_path, clock), gateway=None, connect_command=lambda _address: ["true"], can_become_demo=True
    )


@dataclass(frozen=True, slots=True)
class Studio:
    """The sessions that scenes are taken on, and in which theme."""

    configured: Session
    unconfigured: Session

    @classmethod
    def on(cls, folder: Path, world: WorldConfig = WORLD, theme: str | None = None) -> "Studio":
        """Fills a store in the folder."""
        clock = FixedClock(world.start)
        fill(str(folder / "store.db"), clock, world)
        whole, empty = configured(str(folder / "store.db"), clock), unconfigured(str(folder / "empty.db"), clock)
        return cls(replace(whole, theme=theme), replace(empty, theme=theme))

    async def take(self, scene: Scene, size: tuple[int, int]) -> str:
        """The scene as SVG; raises TimeoutError when its sign never stands on the screen."""
        app = SmsReportApp(self.configured if scene.configured else self.unconfigured)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            for key in scene.keys:
                await pilot.press(key)
                await settled(pilot)
            async with asyncio.timeout(LONGEST_SECONDS):
                while scene.sign not in words_of(app.export_screenshot()):
                    await pilot.pause(0.05)
            await settled(pilot)
            # A page that shows the picture must not fetch fonts for it.
            return FONT_FACE.sub("", app.export_screenshot(title="smsreport"))

    def keep(self, scene: str, size: tuple[int, int], target: Path) -> None:
        """Takes a scene into a file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(asyncio.run(self.take(SCENES[scene], size)), "utf-8")


async def settled(pilot: Pilot[None]) -> None:
    """Until what was asked of the store is painted."""
    for _ in range(3):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()


def words_of(svg: str) -> str:
    """The text that stands in a picture."""
    return unescape(svg).replace("\u00a0", " ")


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--size", help="columns x lines of every scene, as in 80x24; needs FOLDER")
    words.add_argument("--theme", help="the theme to paint in")
    words.add_argument("folder", nargs="?", type=Path)
    words.add_argument("scenes", nargs="*", default=[])
    given = words.parse_args()
    os.environ.setdefault("TERM", "xterm-256color")
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.on(Path(folder), theme=given.theme)
        if given.size and given.folder:
            columns, lines = map(int, given.size.split("x"))
            for scene in given.scenes or SCENES:
                studio.keep(scene, (columns, lines), given.folder / f"{scene}-{given.size}.svg")
        else:
            for name, scene in KEPT.items():
                studio.keep(scene, SIZE, HERE / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
