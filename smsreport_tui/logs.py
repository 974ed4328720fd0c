"""The rotating log: owner-only, shared by the program's processes, without tokens, numbers and addresses."""

import contextlib
import fcntl
import logging
import logging.handlers
import os
import re
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from smsreport_tui.rules.text import mask, shown, shown_block

FILES = 5
FILE_BYTES = 2_000_000
_TAIL_BYTES = 256 * 1024
_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s %(message)s"
_BEARER = re.compile(r"(?i)(bearer +|token *[=:] *)\S+")
# What SQLAlchemy adds to its errors: the values of a whole row, on one line.
_PARAMETERS = re.compile(r"\[parameters: [^\n]*\]")
_EMAIL = re.compile(r"[^\s@<>\"'(),;]+@[^\s@<>\"'(),;]+\.[^\s@<>\"'(),;]+")
# In an address the plus sign is %2B.
_NUMBER = re.compile(r"(?<![\w.:/-])\+?[0-9]{8,15}(?![\w.])|\+[1-9][0-9]{5,14}|(?<=%2[Bb])[1-9][0-9]{5,14}")


def redacted(text: str, secrets: frozenset[str] = frozenset()) -> str:
    """The text without the secrets, tokens, phone numbers, e-mail addresses and a statement's values."""
    for secret in secrets:
        text = text.replace(secret, "…")
    text = _PARAMETERS.sub("[parameters: …]", text)
    text = _BEARER.sub(r"\1…", text)
    text = _EMAIL.sub("…@…", text)
    return _NUMBER.sub(lambda match: mask(match[0]), text)


class Redacting(logging.Formatter):
    """One line for a message, then the traceback; what must not be kept is gone from both."""

    def __init__(self) -> None:
        super().__init__(_FORMAT)
        self.secrets: frozenset[str] = frozenset()

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return shown(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        # A traceback is cached on the record for other handlers; the redacted text is this one's alone.
        return redacted(shown_block(super().format(record)), self.secrets)


class SharedRotatingHandler(logging.handlers.RotatingFileHandler):
    """A rotating file for its owner only that several processes write to: one of them rotates, the others follow."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8", errors="replace")

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding, errors=self.errors)

    def emit(self, record: logging.LogRecord) -> None:
        if self._rotated_by_another():
            self._reopen()
        super().emit(record)

    def doRollover(self) -> None:  # noqa: N802
        with self._alone():
            if self._rotated_by_another():
                self._reopen()
            else:
                super().doRollover()

    def _rotated_by_another(self) -> bool:
        if self.stream is None:
            return False
        try:
            return not os.path.samestat(Path(self.baseFilename).stat(), os.fstat(self.stream.fileno()))
        except OSError:
            return True

    def _reopen(self) -> None:
        if self.stream is not None:
            self.stream.close()
        self.stream = self._open()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(Path(self.baseFilename).parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            # Not every filesystem has locks; then two processes may rotate at once and lose some old lines.
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


_FORMATTER = Redacting()


def start_logging(file: Path, *, verbose: bool = False, to_screen: bool = False) -> None:
    """Log to the rotating file, with details when verbose, and to standard error as well when `to_screen`.

    A log that can not be written is done without: it must not keep anybody from their reports.
    """
    logging.raiseExceptions = False
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.formatter is _FORMATTER]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    # httpx tells each request's address, and in that of some vendors stand numbers and passwords; httpcore does not.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # It is noise until somebody asks for it.
    for name in ("httpcore", "alembic", "uvicorn", "asyncio", "keyring", "markdown_it"):
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.WARNING)
    with contextlib.suppress(OSError):
        _private_folder(file.parent)
        _add(root, SharedRotatingHandler(file))
    if to_screen:
        _add(root, logging.StreamHandler())


def hide(secret: str) -> None:
    """Keep this text out of the log from here on."""
    if secret:
        _FORMATTER.secrets |= {secret}


def last_lines(file: Path, count: int) -> list[str]:
    """The newest lines of the log, oldest first, fit for a terminal; empty when there is no log yet."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL_BYTES))
            lines = stream.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return []
    if size > _TAIL_BYTES:
        del lines[0]
    if lines and not lines[-1]:
        lines.pop()
    return [shown(line) for line in lines[-count:]] if count > 0 else []


def _private_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)


def _add(root: logging.Logger, handler: logging.Handler) -> None:
    handler.setFormatter(_FORMATTER)
    root.addHandler(handler)
