"""Where the program keeps its user's things."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smsreport_tui import paths


def test_each_kind_of_file_has_a_folder_of_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    files = [paths.default_store(), paths.default_config_file(), paths.log_file()]
    assert [file.parent.name for file in files] == ["smsreport"] * 3
    assert all(file.is_relative_to(tmp_path) for file in files)
    assert [file.name for file in files] == ["smsreport.db", "config.toml", "smsreport.log"]


def test_the_own_command_runs_this_program_from_any_folder(tmp_path: Path) -> None:
    # A package of the same name in the current folder must not be what runs.
    (tmp_path / "smsreport_tui").mkdir()
    (tmp_path / "smsreport_tui" / "__init__.py").write_text("raise SystemExit('a stranger ran')")
    done = subprocess.run(
        paths.own_command("--version"), cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("smsreport ")
    assert paths.own_command()[0] == sys.executable
