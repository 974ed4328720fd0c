"""What the app remembers of an operator's choices from one run to the next: a small file in the state folder."""

import contextlib
import logging
import os
from pathlib import Path
from typing import Any

_LOG = logging.getLogger("smsreport.remembered")
_LARGEST = 65_536


class Remembered:
    """Choices by name, each a plain JSON value; without a path they last as long as the program.

    A file that is broken, too large or not to be read counts as empty, and one that can not be written is passed over:
    no work depends on what is remembered.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._values: dict[str, Any] = self._read()

    def get(self, name: str) -> Any:
        """The value last kept under the name, or None."""
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        """The value last kept, if it is a text."""
        value = self._values.get(name)
        return value if isinstance(value, str) else None

    def keep(self, **values: Any) -> None:
        """Keeps values under their names, and writes the file if that changed anything."""
        if all(self._values.get(name) == value for name, value in values.items()):
            return
        self._values.update(values)
        if self._path is not None:
            try:
                self._write(self._path)
            except OSError as error:
                _LOG.warning("The choices could not be written: %s", error.strerror)

    def _read(self) -> dict[str, Any]:
        if self._path is None:
            return {}
        with contextlib.suppress(OSError, ValueError, RecursionError):
            if self._path.stat().st_size <= _LARGEST:
                import json

                values = json.loads(self._path.read_text("utf-8"))
                return values if isinstance(values, dict) else {}
        return {}

    def _write(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        import json

        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text(json.dumps(self._values, ensure_ascii=False), "utf-8")
        fresh.replace(path)
