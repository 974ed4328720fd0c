"""Both ways in, in a folder full of strangers with our packages' names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What the installed console script does.
SCRIPT = "import sys\nfrom smsreport_tui.__main__ import main\nsys.argv[0] = 'smsreport'\nsys.exit(main())\n"


@pytest.fixture
def strangers(tmp_path: Path) -> Path:
    for name in ("storage", "screens", "widgets", "cli", "config", "logs", "paths", "simulator"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('a stranger: {name}')")
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SMSREPORT_", "XDG_"))}
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("way", ["module", "script", "file"])
def test_a_strangers_module_is_not_taken_for_ours(strangers: Path, way: str) -> None:
    script = strangers / "bin" / "smsreport"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    # pip puts the script into a folder that leads the path; strangers may stand there too.
    (script.parent / "storage.py").write_text("raise SystemExit('a stranger: storage in bin')")
    commands = {
        "module": ["-m", "smsreport_tui"],
        "script": [str(script)],
        "file": [str(ROOT / "smsreport_tui" / "__main__.py")],
    }
    for arguments, words in ((["--version"], "smsreport "), (["doctor", "--json"], '"ok": true')):
        done = subprocess.run(
            [sys.executable, *commands[way], *arguments],
            cwd=strangers,
            env=environment(strangers),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "a stranger" not in done.stdout + done.stderr
        assert done.returncode == 0
        assert words in done.stdout


def test_without_a_terminal_the_app_is_refused_politely(tmp_path: Path) -> None:
    for arguments in ([], ["demo"]):
        done = subprocess.run(
            [sys.executable, "-m", "smsreport_tui", *arguments],
            cwd=tmp_path,
            env=environment(tmp_path),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert "needs a terminal" in done.stderr
        assert done.stderr.count("\n") == 1
