"""The worker as a systemd user service: the unit that runs it as it would run here."""

import os

from smsreport_tui.cli.children import global_options
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.paths import own_command

_INHERITED = ("SMSREPORT_STORE", "SMSREPORT_GATEWAY", "SMSREPORT_CONFIG", "SMSREPORT_TOKEN_FILE")
"""An account stands in the command itself."""


def worker_unit(about: Surroundings) -> str:
    """The unit's text; a token never stands in it, only the file that holds one."""
    command = " ".join(_quoted(word) for word in own_command(*global_options(about), "worker"))
    known = {name: about.environ[name] for name in _INHERITED if about.environ.get(name)}
    if about.settings.account is not None:
        known.pop("SMSREPORT_GATEWAY", None)
    elif about.settings.token_file is not None:
        known.setdefault("SMSREPORT_TOKEN_FILE", str(about.settings.token_file))
    lines = [f"Environment={_quoted(f'{name}={_absolute(name, value)}')}" for name, value in known.items()]
    return "\n".join(
        (
            "[Unit]",
            "Description=SMS Report worker",
            "After=network-online.target",
            "",
            "[Service]",
            *lines,
            f"ExecStart={command}",
            "Restart=on-failure",
            "RestartSec=30",
            "",
            "[Install]",
            "WantedBy=default.target",
        )
    )


def _absolute(name: str, value: str) -> str:
    """A path as it means the same in any folder."""
    return value if name == "SMSREPORT_GATEWAY" or "://" in value else os.path.abspath(os.path.expanduser(value))  # noqa: PTH100, PTH111


def _quoted(word: str) -> str:
    """A word of a unit file: percent signs and dollars are systemd's own."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if any(sign in text for sign in " \"'\\\t") or not text else text
