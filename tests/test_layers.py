"""Every module stands in a layer of the import contract, and package files stay empty."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("smsreport_tui", "screens", "widgets", "storage")


def layers() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = project["tool"]["importlinter"]["contracts"][0]
    assert contract["type"] == "layers"
    return {name.strip() for layer in contract["layers"] for name in layer.split("|")}


def modules() -> list[str]:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert len(paths) > 100
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths if path.name != "__init__.py"]


def test_every_module_stands_in_a_layer() -> None:
    # The simulator stands beside the layers: a contract of its own keeps it from the store.
    known = {*layers(), "smsreport_tui.simulator"}
    homeless = [name for name in modules() if not any(f"{name}.".startswith(f"{layer}.") for layer in known)]
    assert homeless == []


def test_package_files_are_empty() -> None:
    full = [str(path) for package in PACKAGES for path in (ROOT / package).rglob("__init__.py") if path.read_text()]
    assert full == []
