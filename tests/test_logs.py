"""The log: what it never holds, who may read it, and that several processes share it."""

import logging
import multiprocessing
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui import logs


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.raiseExceptions)
    file = tmp_path / "state" / "smsreport.log"
    logs.start_logging(file)
    yield file
    for handler in root.handlers:
        if handler not in before[1]:
            handler.close()
    root.level, root.handlers, logging.raiseExceptions = before


def test_file_and_folder_are_for_their_owner_only(log: Path) -> None:
    logging.getLogger("smsreport").info("hello")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    assert logs.last_lines(log, 5)[-1].endswith("smsreport hello")


def test_tokens_numbers_and_addresses_never_reach_the_log(log: Path) -> None:
    logs.hide("s3cr3t-value")
    logger = logging.getLogger("smsreport")
    try:
        raise ValueError("INSERT failed [parameters: ('Anna Berg', 'x')] for +46700000012 with s3cr3t-value")
    except ValueError:
        logger.exception("sent to %s and %s, anna@example.org, Bearer abc.def", "+46700000012", "0046700000012")
    text = log.read_text()
    for secret in ("s3cr3t", "46700000012", "Anna", "anna@", "abc.def"):
        assert secret not in text
    assert "+46…0012" in text
    assert "Traceback" in text


@given(
    number=st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True),
    around=st.sampled_from(["{}", "to {}.", "({})", "a={}"]),
    plus=st.sampled_from(["+", "%2B", "%2b"]),
)
def test_no_number_survives(number: str, around: str, plus: str) -> None:
    assert number[1:] not in logs.redacted(around.format(number.replace("+", plus)))


def test_times_ports_and_counts_survive() -> None:
    line = "2026-03-02 09:00:07 at http://127.0.0.1:45123 stored 1200000 events"
    assert logs.redacted(line) == line


def test_a_message_can_not_forge_lines_or_reach_the_terminal(log: Path) -> None:
    logging.getLogger("smsreport").warning("bad %s", "x\n2026 CRITICAL forged\x1b]52;c;AAAA\x07")
    assert len(logs.last_lines(log, 10)) == 1
    assert "\x1b" not in log.read_text()


def test_the_last_lines_are_shown_whole_and_safe(tmp_path: Path) -> None:
    file = tmp_path / "x.log"
    file.write_bytes(b"first\n" * 60_000 + b"one\ntwo \x1b[2J\xff\n")
    assert logs.last_lines(file, 2) == ["one", "two ␛[2J\ufffd"]
    assert logs.last_lines(file, 0) == []
    assert logs.last_lines(tmp_path / "none", 3) == []


def test_five_files_are_kept(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 200)
    logs.start_logging(log)
    for number in range(100):
        logging.getLogger("smsreport").info("line %d", number)
    names = sorted(file.name for file in log.parent.iterdir())
    assert names == ["smsreport.log", *(f"smsreport.log.{number}" for number in range(1, 5))]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in log.parent.iterdir())


def test_a_file_that_another_process_rotated_is_followed(log: Path) -> None:
    logger = logging.getLogger("smsreport")
    logger.info("before")
    log.rename(log.with_suffix(".log.1"))
    logger.info("after")
    assert "after" in log.read_text()
    assert "after" not in log.with_suffix(".log.1").read_text()


def _write_many(file: str, name: str) -> None:
    logs.FILE_BYTES = 20_000
    logs.start_logging(Path(file))
    for number in range(200):
        logging.getLogger("smsreport").info("%s-%d", name, number)


def test_processes_that_rotate_together_lose_no_line(log: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(str(log), name)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    text = "".join(file.read_text() for file in log.parent.glob("smsreport.log*"))
    assert all(text.count(f"{name}-{number}\n") == 1 for name in "ab" for number in range(200))


def test_a_log_that_can_not_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    logs.start_logging(tmp_path / "file" / "smsreport.log")
    logging.getLogger("smsreport").info("nowhere")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
