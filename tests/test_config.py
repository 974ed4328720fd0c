"""Settings: who wins, where they come from, and errors that name file and line."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.config import SETTINGS, Settings, load_settings, without_password
from smsreport_tui.config_file import LARGEST, line_of
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.errors import ConfigError

NO_FLAGS: dict[str, str | None] = {"store": None, "gateway": None, "account": None, "config": None}


def load(folder: Path, text: str, environ: dict[str, str] | None = None, **flags: str) -> Settings:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return load_settings(NO_FLAGS | {"config": str(file)} | flags, environ or {})


def refusal(folder: Path, text: str, flags: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, None, **(flags or {}))
    return str(caught.value).replace(str(folder), "")


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    text = 'store = "file.db"\ngateway = "https://file.example"\ntime_zone = "Europe/Oslo"\n'
    environ = {"SMSREPORT_STORE": "/env.db", "SMSREPORT_GATEWAY": "https://env.example"}
    found = load(tmp_path, text, environ, store="/f")
    assert (found.store, found.gateway, found.time_zone) == ("/f", "https://env.example", "Europe/Oslo")
    assert found.sync_interval == 60
    assert found.origins["store"] == "--store"
    assert found.origins["gateway"] == "SMSREPORT_GATEWAY"
    assert found.origins["time_zone"] == f"{tmp_path}/config.toml, line 3"
    assert found.origins["theme"] == "default"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert load(tmp_path, 'store = "/file.db"', {"SMSREPORT_STORE": " "}).store == "/file.db"


def test_paths_in_the_file_start_from_its_folder_and_from_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/operator")
    found = load(tmp_path, 'store = "~/s.db"\nexport_folder = "exports"\ntoken_file = "/run/token"')
    assert found.store == "/home/operator/s.db"
    assert found.export_dir == tmp_path / "exports"
    assert found.token_file == Path("/run/token")


def test_a_url_of_a_store_stays_as_it_is(tmp_path: Path) -> None:
    url = "postgresql://user:pw@db/sms"
    assert load(tmp_path, "", {"SMSREPORT_STORE": url}).store == url
    assert without_password(url) == "postgresql://user:…@db/sms"


def test_the_outcome_codes_of_the_operator_stand_beside_the_file(tmp_path: Path) -> None:
    assert load(tmp_path, "").outcomes == tmp_path / "outcome_codes.csv"


def test_the_default_file_may_be_missing_and_a_named_one_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings(NO_FLAGS, {}).origins["store"] == "default"
    for where in ({"config": str(tmp_path / "none.toml")}, {}):
        environ = {} if where else {"SMSREPORT_CONFIG": str(tmp_path / "none.toml")}
        with pytest.raises(ConfigError, match=r"There is no configuration file .*none\.toml"):
            load_settings(NO_FLAGS | where, environ)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('\n# a note\nstor = "x"', "/config.toml, line 3: there is no setting 'stor': did you mean store?"),
        (
            'store = "x"\n[more]\na = 1',
            "/config.toml, line 2: there is no setting 'more': known are account, accounts, allowed_hours,",
        ),
        ("store = 5", "/config.toml, line 1: store must be a text in quotes."),
        ('store = ""', "/config.toml, line 1: store must be a text in quotes."),
        ("sync_interval = true", "/config.toml, line 1: sync_interval must be whole seconds from 1 to 86400."),
        ("sync_interval = 0", "/config.toml, line 1: sync_interval must be whole seconds"),
        ("sync_interval = 1.5", "/config.toml, line 1: sync_interval must be whole seconds"),
        ('theme = "x"\nexport_folder = """\n\n"""', "/config.toml, line 2: export_folder must be a text in quotes."),
        ('store = "postgresql://a:b@c/d"', "line 1: store must be a path or a URL without a password"),
        ('gateway = "http://sms.example.com"', "line 1: gateway must be a web address (The gateway's address begins"),
        ('gateway = "https://a:b@sms.example.com"', "holds a name or password"),
        (
            'allowed_hours = "x"',
            "/config.toml, line 1: allowed_hours must be a table: [allowed_hours], then lines such",
        ),
        ('[allowed_hours]\n# a\nSE = "off"\nDE = 9', "line 4: allowed_hours.DE must be a text in quotes, such as"),
        ('[allowed_hours]\nall = "9 to 5"', 'line 2: allowed_hours.all must be "off", or hours such as "09:00-20:00"'),
        ('allowed_hours = {all = "off", "SE" = "24:00-25:00"}', "line 1: allowed_hours.SE must be"),
        (
            '[allowed_hours]\n\nall = "off"\nUK = "off"\n',
            "line 4: allowed_hours.UK must be named all, or after a country",
        ),
        (
            '[allowed_hours]\nse = "off"',
            "line 2: allowed_hours.se must be named all, or after a country by its ISO code",
        ),
        ('[allowed_hours.SE]\nfrom = "09:00"', "line 1: allowed_hours.SE must be a text in quotes"),
        ("store = \n", "/config.toml, line 1: this is no TOML."),
        ('theme = "x"\nstore = "open', "/config.toml, line 2: this is no TOML."),
        ("a = " + "[" * 5_000, "/config.toml"),
        ("#" * (LARGEST + 1), "is larger than 64 kB"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in refusal(tmp_path, text)


@pytest.mark.parametrize("key", ["token", "api_key", "gateway_token", "Password"])
def test_a_secret_is_refused_without_being_repeated(tmp_path: Path, key: str) -> None:
    sentence = refusal(tmp_path, f'{key} = "s3cr3t"')
    assert "SMSREPORT_TOKEN_FILE" in sentence
    assert "keyring" in sentence
    assert "s3cr3t" not in sentence


def test_a_secret_on_a_broken_line_is_not_repeated(tmp_path: Path) -> None:
    assert "s3cr3t" not in refusal(tmp_path, "token = s3cr3t")


@pytest.mark.parametrize("name", ["store", "gateway", "config"])
def test_an_empty_flag_is_refused(tmp_path: Path, name: str) -> None:
    assert f"--{name} is empty" in refusal(tmp_path, "", {name: ""})


def test_a_bad_flag_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path, "", {"gateway": "sms.example"}).startswith("--gateway must be a web address")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'store = "\xff"')
    with pytest.raises(ConfigError, match="no UTF-8 text"):
        load_settings(NO_FLAGS | {"config": str(file)}, {})


_VALUES = st.sampled_from(['"x"', "5", "[1,\n2,\n# z\n3]", '"""\na = 1\n\n"""', "'''\n'''", "{a = 1}", "2026-01-01"])
_KEYS = st.lists(st.text(string.ascii_letters, min_size=1, max_size=6), min_size=1, max_size=6, unique=True)


@given(keys=_KEYS, values=st.lists(_VALUES, min_size=6, max_size=6), gap=st.sampled_from(["", "\n", "# k = 1\n\n"]))
def test_the_line_of_every_key_is_found(keys: list[str], values: list[str], gap: str) -> None:
    text = ""
    expected = {}
    for key, value in zip(keys, values, strict=False):
        text += gap
        expected[key] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    assert {key: line_of(key, text) for key in keys} == expected


@pytest.mark.parametrize("text", ["", "[allowed_hours]\n", '[allowed_hours]\nall = " OFF "\n'])
def test_hours_are_off_unless_they_are_given(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text).allowed_hours == AllowedHours()


def test_hours_are_for_all_and_for_countries(tmp_path: Path) -> None:
    text = '[allowed_hours]\nall = "09:00-20:00"\nSE = "mon-fri 08:00-21:00; sat 10:00-14:00"\nDE = "off"\n'
    found = load(tmp_path, text)
    assert str(found.allowed_hours) == "all: 09:00-20:00, SE: mon-fri 08:00-21:00; sat 10:00-14:00, DE: off"
    assert found.allowed_hours.by_country["DE"] is None
    assert found.origins["allowed_hours"] == f"{tmp_path}/config.toml, line 1"


def test_every_setting_has_a_meaning_and_an_example_that_works(tmp_path: Path) -> None:
    text = "".join(f"{name} = {setting.example}\n" for name, setting in SETTINGS.items())
    found = load(tmp_path, text)
    line = text.splitlines().index(f"token_file = {SETTINGS['token_file'].example}") + 1
    assert re.fullmatch(f".*, line {line}", found.origins["token_file"])
    assert all(setting.meaning for setting in SETTINGS.values())
