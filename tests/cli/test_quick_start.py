"""What a script runs a thousand times starts quickly: heavy imports only where they are used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smsreport_tui.paths import own_command
from tests.cli.conftest import Ask

HEAVY = {
    *("sqlalchemy", "sqlmodel", "alembic", "sqlite3", "pysqlite3", "textual", "rich", "httpx", "openpyxl", "msgspec"),
    *("starlette", "uvicorn", "keyring", "asyncio", "platformdirs", "phonenumbers", "screens", "widgets", "storage"),
}
PROBE = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from smsreport_tui.cli.ending import run
code = run(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


def imported(*arguments: str) -> set[str]:
    root = str(Path(own_command()[-1]).parents[1])
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROBE, root, *arguments],
        capture_output=True,
        text=True,
        env=os.environ,
        check=True,
    )
    return set(done.stderr.split("\n")[-2].split())


@pytest.mark.parametrize("arguments", ["--version", "--help", "list --help", "completion bash", "completion fish"])
def test_what_tells_about_the_program_imports_nothing_heavy(user: Path, arguments: str) -> None:
    found = imported(*arguments.split())
    assert "click" in found
    assert found & HEAVY == set()


def test_a_document_needs_neither_the_app_nor_the_network(store: Path) -> None:
    found = imported("report", "A1", "--json")
    assert found & {"textual", "rich", "httpx", "openpyxl", "starlette", "keyring", "screens", "widgets"} == set()


def test_completing_a_command_imports_nothing_heavy(user: Path) -> None:
    done = subprocess.run(
        own_command(),
        capture_output=True,
        text=True,
        env=os.environ
        | {"_SMSREPORT_COMPLETE": "bash_complete", "COMP_WORDS": "smsreport list A1 b", "COMP_CWORD": "3"},
        check=False,
    )
    assert done.stdout == "plain,bounces\n"


def test_completion_scripts_name_the_program(ask: Ask) -> None:
    for shell in ("bash", "zsh", "fish"):
        answer = ask("completion", shell)
        assert answer.code == 0
        assert "_SMSREPORT_COMPLETE" in answer.out
