"""What is remembered between runs, and what a broken file or a full disk does to it: nothing."""

import stat
from pathlib import Path

import pytest

from smsreport_tui.services.remembered import Remembered


def test_keeps_values_for_the_next_run_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "choices.json"
    Remembered(path).keep(theme="nord", columns=["name"])
    again = Remembered(path)
    assert (again.text("theme"), again.get("columns"), again.text("columns"), again.get("else")) == (
        "nord",
        ["name"],
        None,
        None,
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["choices.json"]


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff", b"[" * 50_000, b"1" * 5_000])
def test_a_broken_file_counts_as_empty(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "choices.json"
    path.write_bytes(content)
    kept = Remembered(path)
    assert kept.get("theme") is None
    kept.keep(theme="nord")
    assert Remembered(path).text("theme") == "nord"


def test_a_file_that_can_not_be_written_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Remembered(tmp_path / "file" / "choices.json")
    kept.keep(theme="nord")
    assert kept.text("theme") == "nord"
