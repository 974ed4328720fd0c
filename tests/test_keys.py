"""Keys: each has an id and a tooltip, the list of ids is that of the bindings, and the configuration changes them."""

import importlib
import pkgutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.keys import _character_to_key

import screens
import widgets
from smsreport_tui.app import SmsReportApp
from smsreport_tui.config import load_settings
from smsreport_tui.key_names import SIGNS, USUAL, read_keys
from smsreport_tui.rules.errors import ConfigError
from tests.screens.fake_source import filled
from tests.screens.steps import app_of, open_report, screen_text, session_of, shows


def owners() -> list[type]:
    """Every class of the app that binds keys."""
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}")
        for package in (screens, widgets)
        for found in pkgutil.iter_modules(package.__path__)
    ]
    inside = [one for module in modules for one in vars(module).values() if isinstance(one, type)]
    ours = {one for one in inside if one.__module__.partition(".")[0] in ("screens", "widgets")}
    bound = (one for one in ours if "BINDINGS" in one.__dict__)
    return [SmsReportApp, *sorted(bound, key=lambda one: one.__name__)]


def bindings() -> list[Binding]:
    return [binding for owner in owners() for binding in owner.__dict__["BINDINGS"]]


def test_every_binding_has_an_id_of_its_own_and_says_what_it_does() -> None:
    assert all(isinstance(binding, Binding) and binding.id and binding.tooltip for binding in bindings())
    assert [name for name, count in Counter(binding.id for binding in bindings()).items() if count > 1] == []


def test_the_list_of_keys_is_that_of_the_bindings() -> None:
    assert dict(USUAL) == {binding.id: binding.key for binding in bindings()}


@pytest.mark.parametrize("owner", owners(), ids=lambda owner: owner.__name__)
def test_no_two_actions_of_one_place_share_a_key(owner: type) -> None:
    keys = [key for binding in owner.__dict__["BINDINGS"] for key in binding.key.split(",")]
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_signs_have_the_names_that_textual_gives_them() -> None:
    assert dict(SIGNS) == {sign: _character_to_key(sign) for sign in SIGNS}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('[keys]\n"report.export" = "x, ctrl+e"', {"report.export": "x,ctrl+e"}),
        ('[keys]\nreport.export = "f5"\nreport.find = "."', {"report.export": "f5", "report.find": "full_stop"}),
        ('keys = {"report.export" = "slash", "report.find" = "e"}', {"report.export": "slash", "report.find": "e"}),
    ],
)
def test_the_configuration_changes_keys(text: str, keys: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    assert load_settings({"config": str(file)}, {}).keys == keys


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[keys]\n"report.exprt" = "x"', "line 1: keys must be a table of known ids, and 'report.exprt' is none"),
        ("[keys]\n'report.export' = 5", "that of report.export is none"),
        ("[keys]\n'report.export' = ''", "that of report.export is none"),
        ("[keys]\n'report.export' = 'hyperspace'", "'hyperspace' of report.export is no key"),
        ("[keys]\n'report.export' = 's'", "report.export and report.segment are both on s"),
        ("keys = 'x'", "a table: [keys]"),
    ],
)
def test_a_mistake_names_its_file_and_what_is_wanted(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as told:
        load_settings({"config": str(file)}, {})
    assert words in str(told.value)
    assert str(file) in str(told.value)


async def test_a_changed_key_acts_and_stands_in_bar_and_help() -> None:
    keys = read_keys({"report.export": "X", "list.down": "n"})
    async with app_of(replace(session_of(filled()), keys=keys)).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        assert "X Export" in screen_text(pilot)
        await pilot.press("n", "question_mark")
        await shows(pilot, "X")
        assert "Export all rows of this tab" in screen_text(pilot)
        await pilot.press("escape", "X")
        assert await shows(pilot, "all 9\u202f120 rows")


def test_every_key_stands_in_the_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    assert [name for name in USUAL if f"| `{name}` |" not in readme] == []
