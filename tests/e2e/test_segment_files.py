"""A segment's people written for sending by the app: the file that the command would write, and the same counts."""

import csv
import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf
from smsreport_tui.rules.times import exact_time
from tests.e2e.stories import ENTER, RIGHT, SHIFT_TAB, TAB
from tests.e2e.terminal import program, terminal
from tests.screens.fake_source import NAMES, NOW, SENT_AT
from tests.screens.segment_store import segment_world

CHANNELS = {"sms": (RIGHT, "sending by SMS"), "email": (RIGHT * 2, "sending by e-mail")}


@pytest.fixture
def store() -> Path:
    """A store with a segment of everybody: three have opted out, of whom one is one of the five without an address."""
    world = segment_world(SENT_AT, NOW, NAMES)
    people = [{"id": f"P{number}", "updated_at": exact_time(NOW), "name": "Somebody"} for number in range(20, 25)]
    world.put("profiles", [one | {"msisdn": f"+467000000{one['id'][1:]}"} for one in people])
    world.desk.create(SegmentFile("Everybody", AllOf(())))
    world.store.close()
    return world.folder / "store.db"


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)])
@pytest.mark.parametrize("channel", CHANNELS)
def test_the_file_holds_whom_the_command_counts(
    channel: str, columns: int, lines: int, store: Path, tmp_path: Path
) -> None:
    words = ("segment", "members", "Everybody", "--for-sending", channel, "--json")
    said = subprocess.run([program(), "--store", str(store), *words], check=True, capture_output=True).stdout
    counted = json.loads(said)
    assert 0 < counted["waterfall"]["sendable"] < counted["waterfall"]["matched"]
    keys, label = CHANNELS[channel]
    with terminal("--store", str(store), folder=tmp_path, columns=columns, lines=lines) as screen:
        screen.wait_for("2 activities", "⏎ Open")
        screen.press("S")
        screen.wait_for("▌Everybody")
        screen.press("e")
        screen.wait_for("Export the people of “Everybody”", "their numbers in full")
        screen.press(SHIFT_TAB + keys)
        screen.wait_for(f"● {label}", f"= {counted['total']} may be sent to")
        # From what it is for over name and folder to the format.
        screen.press(TAB * 3 + RIGHT)
        screen.wait_for("● CSV", f"Everybody-{channel}.csv")
        screen.press(ENTER)
        screen.wait_for(f"{counted['total']} people written to", "y copies the path", "Close")
        screen.press(ENTER)
        screen.wait_gone("Export the people")
        screen.press("q")
        assert screen.wait_end() == 0
    file = tmp_path / f"Everybody-{channel}.csv"
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == counted["total"] == counted["waterfall"]["sendable"]
    assert [row["profile"] for row in rows[:25]] == [row["profile"] for row in counted["rows"]]
    told = json.loads(file.with_name(f"{file.name}.manifest.json").read_text("utf-8"))
    assert (told["waterfall"], told["rows"]) == (counted["waterfall"], len(rows))
    assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
