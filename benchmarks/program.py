"""The installed program and the surroundings that it is measured in: its own files in a folder, no configuration."""

import os
import sys
from pathlib import Path


def installed() -> str:
    """The command beside the interpreter. Raises FileNotFoundError."""
    command = Path(sys.executable).with_name("smsreport")
    if not command.exists():
        raise FileNotFoundError(f"{command} is not there: install the program first, `python -m pip install .`.")
    return str(command)


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of a program whose configuration, state and cache stand under the folder."""
    # Where nothing compiled is kept, every start compiles a program whose source is not installed as such.
    not_ours = ("SMSREPORT_", "XDG_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(not_ours)}
    homes = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {**kept, **homes, "HOME": str(folder), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SMSREPORT_TOKEN": "x"}
