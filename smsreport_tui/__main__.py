"""The way in, by `smsreport` and by `python -m smsreport_tui`.

The sibling packages (storage, screens, widgets) bear common names: before anything of ours is imported, the folder
that holds them goes first on the path, so that a stranger's storage.py in the current folder is not taken for ours.
"""

import gc
import os
import sys


def _find_own_packages_first() -> None:
    package = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib is not imported yet
    # Run by its file name the package's own folder leads the path, and its config.py would be anybody's `config`.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != package]  # noqa: PTH100
    sys.path.insert(0, os.path.dirname(package))  # noqa: PTH120


def _open_standard_streams() -> None:
    """Give 0, 1 and 2 a file where the caller closed them: else the store would be opened under such a number."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


_find_own_packages_first()


def main() -> None:
    """Runs the command line and exits with its code."""
    _open_standard_streams()
    # What a start makes stays, and to look through it again and again takes a sixteenth of the time to the first paint.
    # The app collects by itself (`tidying`), for all else Python does from when the command begins.
    gc.disable()
    try:
        from smsreport_tui.cli.ending import run
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
