"""Writes the configuration file anew, whole or not at all: with one setting more, or changed by an edit."""

import contextlib
import json
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

from smsreport_tui.config_file import line_of
from smsreport_tui.rules.errors import ConfigError


def write_setting(file: Path, name: str, value: str) -> None:
    """Sets a top-level text; the file and its folder are made owner-only where they are missing.

    Raises ConfigError when the file can not be read as TOML or not be written.
    """
    rewrite(file, lambda text: with_setting(text, name, value))


def with_setting(text: str, name: str, value: str) -> str:
    """The text of a configuration with a top-level text set."""
    return _with(text, name, json.dumps(value, ensure_ascii=False))


def rewrite(file: Path, edit: Callable[[str], str]) -> None:
    """Puts what `edit` makes of the text in its place, in one step. Raises ConfigError as `write_setting` does."""
    try:
        text = file.read_text("utf-8-sig") if file.exists() else ""
        _write(file, edit(text))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is no TOML: `smsreport config check` says where; mend it first.") from error
    except OSError as error:
        raise ConfigError(
            f"The configuration file {file} can not be written ({error.strerror}): make it yours, or change it by hand."
        ) from error


def _with(text: str, name: str, spelled: str) -> str:
    line = f"{name} = {spelled}\n"
    values = tomllib.loads(text)
    if name not in values:
        # A setting of the top level must stand before the first table.
        return line + text
    lines = text.splitlines(keepends=True)
    begin = line_of(name, text) - 1
    end = next(count for count in range(begin + 1, len(lines) + 1) if _holds("".join(lines[:count]), name))
    return "".join([*lines[:begin], line, *lines[end:]])


def _holds(text: str, name: str) -> bool:
    try:
        return name in tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Through a link to where the file really is, so that the link stays.
    target = file.resolve()
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text(text, "utf-8")
        fresh.replace(target)
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
