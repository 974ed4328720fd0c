"""Text from outside on every screen at three sizes: nothing crashes, and no control character reaches a line."""

from dataclasses import replace

import pytest

from screens.form import FormDialog
from screens.help import HelpScreen
from screens.profile import ProfileScreen
from screens.retries import RetriesScreen
from screens.segment_builder import BuilderScreen
from smsreport_tui.rules.columns import TAB_COLUMNS, Kind, ListRow, Tab
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.rules.figures import Profile, SendingTo
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import (
    AnyOf,
    Found,
    Happened,
    Happening,
    HasAttribute,
    HasTag,
    InSegment,
    Op,
    walk,
)
from smsreport_tui.services.source import SyncState
from tests.screens.fake_source import (
    NOW,
    PAUSED,
    RETRIES,
    FakeRetries,
    FakeSource,
    activity,
    filled,
    profile,
    report,
    row,
)
from tests.screens.steps import SIZES, app_of, no_export, screen_lines, session_of, shows, until
from widgets.control_guard import UNFIT
from widgets.row_table import RowTable

HOSTILE = {
    "closing tag": "[/]",
    "style tag": "[red]red[/red] [@click=app.quit]quit[/]",
    "clipboard": "\x1b]52;c;aGFja2Vk\x07name",
    "colour": "\x1b[31mred\x1b[0m \x9b31m c1",
    "bidi": "\u202eevil\u202c \u2066iso\u2069 \u200frtl",
    "controls": "a\x00b\x08c\rd\ne\tf\x7f",
    "long": "x" * 10_000,
    "long words": "wide words " * 1_000,
    "emoji": "👩‍👩‍👧‍👦🇸🇪👍🏽" * 30,
    "wide": "漢字仮名" * 50,
    "combining": "z" + "\u0301\u0337" * 200,
    "surrogate": "a\ud800b",
    "variables": "$primary {x} %s \\",
}


def hostile_source(text: str) -> FakeSource:
    """A source in which every text from outside is the same."""
    source = filled()
    about = replace(
        activity(text, text),
        sender=text,
        status=text,
        timezone=text,
        sending_to=(SendingTo(text, text, text), SendingTo("segment", text, None)),
    )
    links = tuple(link._replace(url=text, title=text) for link in report(about).links)
    source.summaries = [item._replace(name=text, sender=text, status=text, timezone=text) for item in source.summaries]
    source.reports = {"A1": replace(report(about), links=links)}
    source.row_of = lambda tab, number: _row(tab, number, text)
    source.profiles = lambda profile_id: _profile(profile_id, text)
    source.state = SyncState(NOW, text, True)
    source.retries = FakeRetries(
        tuple(
            replace(row, activity=text, activity_name=text, profile=text, name=text, msisdn=text, reason=text)
            for row in RETRIES
        ),
        (replace(PAUSED, reason=text),),
    )
    return source


def _row(tab: Tab, number: int, text: str) -> ListRow:
    plain = row(tab, number)
    texts = (Kind.TEXT, Kind.MSISDN)
    values = tuple(
        f"{text}{number}" if column.kind in texts else value
        for column, value in zip(TAB_COLUMNS[tab], plain.values, strict=True)
    )
    return plain._replace(values=values)


def _profile(profile_id: str, text: str) -> Profile:
    plain = profile(profile_id)
    return replace(
        plain,
        msisdn=text,
        name=text,
        email=text,
        timezone=text,
        attributes={text: text, "n": 1},
        tags=(text, text),
        strikes=tuple(replace(strike, activity=text, code=text) for strike in plain.strikes),
        activities=tuple(replace(item, name=text) for item in plain.activities),
        timeline=tuple(
            replace(event, kind=text, activity=text, vendor=text, scheme=text, code=text, reason=text, url=text,
                    title=text, user_agent=text, text=text, body=text, msisdn=text, ip=text, device=text)
            for event in plain.timeline
        ),
    )  # fmt: skip


# Each alone on the smallest screen, and all of them in one text on the larger ones.
ALL = " ".join(text[:400] for text in HOSTILE.values())
CASES = {name: (text, SIZES[0]) for name, text in HOSTILE.items()} | {f"all {size}": (ALL, size) for size in SIZES[1:]}


@pytest.mark.parametrize(("text", "size"), CASES.values(), ids=CASES.keys())
async def test_every_screen_survives_and_stays_clean(text: str, size: tuple[int, int]) -> None:
    seen: list[str] = []
    async with app_of(session_of(hostile_source(text))).run_test(size=size, notifications=True) as pilot:

        def look() -> None:
            lines = screen_lines(pilot.app.screen)
            assert len(lines) == size[1]
            seen.extend(lines)

        await shows(pilot, "40 activities")
        look()
        await pilot.press("enter")
        await until(pilot, "rows", lambda: any(table.row_count == 25 for table in pilot.app.screen.query(RowTable)))
        for key in "123456":
            await pilot.press(key)
            look()
        await pilot.press("4", "o")
        look()
        await pilot.press("escape", "question_mark")
        await until(pilot, "help", lambda: isinstance(pilot.app.screen, HelpScreen))
        look()
        await pilot.press("escape", "e")
        look()
        await pilot.press("escape", "2", "m", "enter")
        look()
        for key in "1234":
            await pilot.press(key)
            look()
        await pilot.press("R")
        await until(pilot, "the queue", lambda: isinstance(pilot.app.screen, RetriesScreen))
        look()
        await pilot.press("D")
        look()
        await pilot.press("escape")
        pilot.app.notify(text, title=text, markup=False)
        await pilot.pause()
        look()
    assert [line for line in seen if UNFIT.search(line)] == []


def hostile_conditions(text: str) -> AnyOf:
    """Every leaf that holds a text from outside, as far as a segment file can hold it."""
    told = text.encode(errors="ignore").decode().replace("\0", "")[:900]
    click = Happened(Happening.CLICKED, activity=told, link=told)
    bounce = Happened(Happening.BOUNCED, activity="A1", vendor=told, scheme=told, code=told)
    some = HasAttribute(told, Op.IN, (told, 7, f"{told},"))
    return AnyOf((HasTag(told), click, bounce, HasAttribute(told, Op.EQ, told), some, Found(told), InSegment(told)))


@pytest.mark.parametrize("size", SIZES)
async def test_the_builder_survives_and_stays_clean(size: tuple[int, int]) -> None:
    seen: list[str] = []
    text, source = ALL, hostile_source(ALL)
    person = {"id": "P1", "msisdn": "+46700000001", "updated_at": "2026-03-03T00:00:00Z", "name": text}
    source.world.put("profiles", [person | {"tags": [text], "attributes": {text: text}}])
    where = hostile_conditions(text)
    session = replace(session_of(source), push_command=no_export)
    async with app_of(session).run_test(size=size, notifications=True) as pilot:

        async def look() -> None:
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            lines = screen_lines(pilot.app.screen)
            assert len(lines) == size[1]
            seen.extend(lines)

        await shows(pilot, "40 activities")
        builder = BuilderScreen(pilot.app.desk, where, proposed=text)  # type: ignore[attr-defined]
        await pilot.app.push_screen(builder)
        await until(pilot, "the fault", lambda: "There is no segment" in "".join(screen_lines(pilot.app.screen)))
        await look()
        for _ in walk(where):
            await pilot.press("enter")
            await look()
            # What is not touched comes back as it was.
            await pilot.press("enter" if isinstance(pilot.app.screen, FormDialog) else "escape")
            await until(pilot, "the builder", lambda: pilot.app.screen is builder)
            assert repr(builder.spot.tree) == repr(where)
            await pilot.press("j")
        await pilot.press("w")
        await look()
        await pilot.press("escape", "o")
        await look()
        await pilot.press("escape", "escape")
        name = "[/] [red]name[/red] $x %s"
        for called in (name, "漢字仮名" * 20):
            source.segments.create(SegmentFile(called, where.children[0]))
        await pilot.press("S")
        for keys in (
            (),
            ("p",),
            ("greater_than_sign",),
            ("escape", "e"),
            ("escape", "escape", "e"),
            ("escape", "equals_sign"),
            ("enter",),
            ("escape", "N"),
            ("escape", "D"),
            ("escape",),
        ):
            await pilot.press(*keys)
            await look()
        await pilot.app.push_screen(ProfileScreen(pilot.app.desk, "P1"))  # type: ignore[attr-defined]
        await until(pilot, "the profile", lambda: isinstance(pilot.app.screen, ProfileScreen))
        for keys in (("w",), ("enter",)):
            await pilot.press(*keys)
            await look()
    assert [line for line in seen if UNFIT.search(line)] == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_errors_and_states_stay_clean(text: str) -> None:
    source = FakeSource(failure=StoreError(text))
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "The store can not be read")
        assert [line for line in screen_lines(pilot.app.screen) if UNFIT.search(line)] == []
