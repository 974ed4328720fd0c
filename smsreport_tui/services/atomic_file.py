"""A file that stands complete under its name or not at all (rules.md 7), whatever ends the program."""

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from smsreport_tui.rules.errors import ExportError
from smsreport_tui.rules.text import shown

OWNER_ONLY = 0o600
_TEMPORARY = re.compile(r"\.smsreport-[0-9a-f]{32}\.part")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# What filesystems without hard links answer (FAT, some network and FUSE ones).
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


def check_target(path: Path, *, force: bool) -> None:
    """Refuse at once what could only fail after all the work. Raises ExportError.

    A symbolic link counts as a file: with `force` the link itself is replaced, and what it points to is left alone.
    """
    try:
        mode = _mode(path)
        if mode is None:
            _check_folder(path.parent)
        elif stat.S_ISDIR(mode) or path.is_dir():
            raise ExportError(f"{_name(path)} is a folder: give the name of a file.")
        elif not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            raise ExportError(f"{_name(path)} is no ordinary file and is left alone: choose another name.")
        elif not force:
            raise _exists(path)
    except ValueError as error:
        raise ExportError(f"{_name(path)} is no file name: it holds a character that no name may have.") from error
    except OSError as error:
        raise _failure(path, error) from error


@contextmanager
def atomic_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A new file for writing that takes its name, owner-only, when the block ends without an error.

    Until then its bytes stand under a hidden name in the same folder; that name goes whatever ends the block, and
    after a SIGKILL with the next export into the folder. Raises ExportError when it can not be written, also when
    without `force` another file has taken the name meanwhile.
    """
    check_target(path, force=force)
    folder = path.parent.absolute()
    target = folder / path.name
    _sweep(folder)
    temporary = folder / f".smsreport-{secrets.token_hex(16)}.part"
    try:
        with _create(temporary) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _publish(temporary, target, force=force)
        _sync_folder(folder)
    except OSError as error:
        raise _failure(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _create(temporary: Path) -> BinaryIO:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        file = os.fdopen(os.open(temporary, flags, OWNER_ONLY), "w+b")
        # The lock tells another export's sweep that this one lives; not every filesystem has locks.
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            break
        # A sweep came between the two lines and took the name.
        file.close()
    # A umask or a folder's default rights may have taken the owner's own, or given others some.
    with suppress(PermissionError):
        os.fchmod(file.fileno(), OWNER_ONLY)
    return file


def _publish(temporary: Path, target: Path, *, force: bool) -> None:
    if force:
        temporary.replace(target)
        return
    try:
        target.hardlink_to(temporary)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Without links nothing portable both refuses an existing name and is complete at once: complete wins,
        # and only a file that appears between these two lines is replaced.
        if os.path.lexists(target):
            raise _exists(target) from error
        temporary.rename(target)


def _sync_folder(folder: Path) -> None:
    # The file is complete by here; a folder that can not be synced is no reason to call it failed.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Remove what killed exports of this user left behind: people's numbers must not stay in hidden files."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_uid == os.geteuid():
                with suppress(OSError):
                    _remove_if_abandoned(Path(entry.path))


def _remove_if_abandoned(temporary: Path) -> None:
    descriptor = os.open(temporary, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        temporary.unlink()
    finally:
        os.close(descriptor)


def _mode(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _check_folder(folder: Path) -> None:
    if not folder.exists():
        raise ExportError(f"The folder {_name(folder)} does not exist: create it or choose another.")
    if not folder.is_dir():
        raise ExportError(f"{_name(folder)} is no folder: choose another.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _forbidden(folder)


def _exists(path: Path) -> ExportError:
    return ExportError(f"{_name(path)} exists already: choose another name, or allow overwriting it (--force).")


def _forbidden(path: Path) -> ExportError:
    return ExportError(f"{_name(path)} may not be written: choose a folder that is yours to write to.")


def _failure(path: Path, error: OSError) -> ExportError:
    if error.errno in _FULL:
        return ExportError(
            f"The disk is full: {_name(path)} was not written. Free some space or choose another folder."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _forbidden(path)
    if error.errno == errno.EFBIG:
        return ExportError(
            f"{_name(path)} grew larger than this system allows and was not written: choose another folder."
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return ExportError(f"{_name(path)} was not written ({reason}): choose another name or folder.")


def _name(path: Path) -> str:
    return shown(str(path))
