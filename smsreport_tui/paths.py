"""Where the program keeps things of its user, as each system has it, and how it starts itself again."""

import sys
from pathlib import Path

import platformdirs

APP = "smsreport"


def data_dir() -> Path:
    """The folder of the default store."""
    return platformdirs.user_data_path(APP, appauthor=False)


def default_store() -> Path:
    """The store that is used when none is named."""
    return data_dir() / "smsreport.db"


def account_store(name: str) -> Path:
    """The store of an account that names none."""
    return data_dir() / "accounts" / f"{name}.db"


def config_dir() -> Path:
    """The folder of the configuration and of the operator's own outcome codes."""
    return platformdirs.user_config_path(APP, appauthor=False)


def default_config_file() -> Path:
    """The configuration file that is read when none is named; it need not exist."""
    return config_dir() / "config.toml"


def log_file() -> Path:
    """The newest file of the rotating log."""
    return platformdirs.user_state_path(APP, appauthor=False) / "smsreport.log"


def remembered_file() -> Path:
    """What the app remembers of an operator's choices."""
    return platformdirs.user_state_path(APP, appauthor=False) / "choices.json"


def own_command(*arguments: str) -> list[str]:
    """The command line of this very program, whatever folder it is started in and whatever stands there."""
    # -P: the folder of the script stays off the path; `__main__` puts the right one first by itself.
    return [sys.executable, "-P", str(Path(__file__).resolve().with_name("__main__.py")), *arguments]
