"""Sets up everything on a fresh machine and starts it: `python3 run.py demo`, `python3 run.py test`.

Needs Python 3.11 to 3.13 with pip, and nothing else; what it installs goes into .venv beside this file.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLACE = HERE / ".venv"
PYTHON = PLACE / "bin" / "python"
OLDEST = (3, 11)
USAGE = "Usage: python3 run.py demo [OPTIONS] | python3 run.py test [PYTEST OPTIONS]"


def main(words: list[str]) -> int:
    if sys.version_info < OLDEST:
        return fail(f"SMS Report needs Python 3.11 or newer, not {sys.version.split()[0]}: start it with another.")
    if not words or words[0] not in ("demo", "test"):
        return fail(USAGE, 2)
    locks = {"demo": "requirements.lock", "test": "requirements-dev.lock"}
    if not set_up(HERE / locks[words[0]]):
        return 1
    if words[0] == "demo":
        return start([str(PYTHON), "-m", "smsreport_tui", "demo", *words[1:]])
    # The end-to-end tests start the installed program.
    own = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--force-reinstall", str(HERE)]
    if not pip(own):
        return 1
    # Half of a test of the app is waiting: one process more than there are processors.
    everything = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadgroup"]
    return start([str(PYTHON), "-m", "pytest", *(words[1:] or everything)])


def set_up(lock: Path) -> bool:
    """The virtual environment with what the lock names; nothing is done when it is there already."""
    stamp = PLACE / f"{lock.stem}.installed"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return True
    print(f"Setting up {PLACE} (once; a minute or two) ...", file=sys.stderr, flush=True)
    try:
        venv.create(PLACE, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        fail(f"The virtual environment could not be made ({error}): on Debian, `apt install python3-venv` helps.")
        return False
    if not pip(["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(lock)]):
        return False
    stamp.write_text(wanted)
    return True


def pip(words: list[str]) -> bool:
    done = subprocess.run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", *words], cwd=HERE, check=False)
    if done.returncode:
        fail("pip could not install what is needed: check the network, and that pip's own settings reach an index.")
    return done.returncode == 0


def start(command: list[str]) -> int:
    # Replaces this process, so that signals and the terminal belong to the program alone.
    os.chdir(HERE)
    os.execv(command[0], command)


def fail(sentence: str, code: int = 1) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
