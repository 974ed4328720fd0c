"""What the app is given, and the command lines of its children."""

from dataclasses import replace
from pathlib import Path

import pytest

from smsreport_tui.cli.opening import session
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.paths import own_command
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.reminders import Draft
from smsreport_tui.rules.segment_figures import Channel, Purpose
from smsreport_tui.services.session import ExportWish, PeopleWish, PushWish, RemindWish


def test_children_get_the_same_global_options(user: Path) -> None:
    about = Surroundings({"store": str(user / "s.db"), "gateway": "https://sms.example.com", "config": None})
    made = session(about)
    options = ["--store", str(user / "s.db"), "--gateway", "https://sms.example.com"]
    assert made.worker_command == own_command(*options, "worker", "--with-parent", "--ask-first")
    assert made.export_command(ExportWish("-A2", Tab.BOUNCES, Path("x.csv"), overwrite=True)) == own_command(
        *options, "export", "--progress-lines", "--force", "--", "-A2", "bounces", "x.csv"
    )
    people = PeopleWish("-s", Path("-x.csv"), Channel.EMAIL, overwrite=True)
    words = ["--progress-lines", "--export=-x.csv", "--force", "--for-sending=email", "--", "-s"]
    assert made.people_command(people) == own_command(*options, "segment", "members", *words)
    words = ["--progress-lines", "--export=x.csv", "--", "-s"]
    assert made.people_command(PeopleWish("-s", Path("x.csv"))) == own_command(*options, "segment", "members", *words)
    assert made.push_command is not None
    words = ["--progress-lines", "--as=exclude", "--", "-s"]
    assert made.push_command(PushWish("-s", Purpose.EXCLUDE)) == own_command(*options, "segment", "push", *words)
    assert made.forget_command is not None
    assert made.forget_command("-p") == own_command(*options, "forget", "--yes", "--", "-p")
    assert made.remind_command is not None
    wish = RemindWish(Draft("Again", "SHOP", "--yes", ("-a", "b"), ("c",)))
    texts = ["--name=Again", "--sender=SHOP", "--body=--yes", "--include=-a", "--include=b", "--exclude=c"]
    checks = ["--check-only", "--json", "--progress-lines"]
    assert made.remind_command(wish) == own_command(*options, "remind", *checks, *texts)
    sends = ["--yes", "--json", "--progress-lines"]
    assert made.remind_command(wish._replace(sends=True)) == own_command(*options, "remind", *sends, *texts)
    later = wish._replace(draft=replace(wish.draft, send_at=1_772_438_400_250_000), any_hour=True)
    when = ["--check-only", "--any-hour", "--at=2026-03-02T08:00:00.250000Z", "--json", "--progress-lines"]
    assert made.remind_command(later) == own_command(*options, "remind", *when, *texts)
    assert (made.gateway, made.demo) == ("https://sms.example.com", False)


def test_what_came_by_the_environment_goes_on_by_it(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A URL may hold a password, and every user of the machine can read a command line.
    monkeypatch.setenv("SMSREPORT_STORE", "postgresql://u:pa55@db/x")
    made = session(Surroundings({}, verbose=True))
    assert made.export_command(ExportWish("A", Tab.SENT, Path("x.csv"))) == own_command(
        "--verbose", "export", "--progress-lines", "--", "A", "sent", "x.csv"
    )


def test_without_a_gateway_there_is_no_worker(user: Path) -> None:
    made = session(Surroundings({}))
    assert made.worker_command is None
    assert made.time_zone == "Europe/Oslo"
    assert made.export_dir == Path.cwd()


def test_the_configuration_reaches_the_app(user: Path) -> None:
    file = user / "c.toml"
    file.write_text('time_zone = "Asia/Kolkata"\ntheme = "textual-light"\nexport_folder = "out"\n')
    made = session(Surroundings({"config": str(file)}))
    assert (made.time_zone, made.theme, made.export_dir) == ("Asia/Kolkata", "textual-light", user / "out")
    assert made.outcomes == user / "outcome_codes.csv"


def test_the_apps_store_is_made_when_it_is_missing(user: Path) -> None:
    reports = session(Surroundings({"store": str(user / "new.db")})).open_source()
    try:
        assert reports.activities() == []
    finally:
        reports.close()


def test_children_work_on_the_account_of_the_app(user: Path) -> None:
    config = user / "config.toml"
    table = '[accounts.{0}]\nkind = "feed"\nurl = "https://{0}.example"\n'
    config.write_text('account = "shop"\n' + table.format("shop") + table.format("club"))
    flags = {"store": None, "gateway": None, "account": None, "config": str(config)}
    made = session(Surroundings(flags))
    options = ["--config", str(config), "--account", "shop"]
    assert made.gateway == "https://shop.example"
    assert made.worker_command == own_command(*options, "worker", "--with-parent", "--ask-first")
    assert made.forget_command is not None
    assert made.forget_command("p") == own_command(*options, "forget", "--yes", "--", "p")
    # An address that was given nearer stays what they work on, whatever becomes the default.
    other = session(Surroundings(flags, environ={"SMSREPORT_GATEWAY": "https://e.example"}))
    assert other.worker_command is not None
    assert "--gateway" in other.worker_command
    assert "--account" not in other.worker_command
