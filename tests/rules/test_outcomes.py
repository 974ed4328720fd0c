"""From a receipt's raw code to its outcome, and the order of outcomes (rules.md 2 and 3)."""

import csv
from importlib import resources
from pathlib import Path

import pytest

from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.outcomes import (
    BOUNCED,
    BUCKETS,
    RECEIPT_KINDS,
    RETRIED,
    Bucket,
    Outcome,
    load_outcome_table,
)

SHIPPED = load_outcome_table()
HEADER = "vendor,scheme,code,outcome"


def shipped_rows() -> list[dict[str, str]]:
    text = resources.files("smsreport_tui.rules").joinpath("data/outcome_codes.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "outcomes.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_every_row_of_the_shipped_table_classifies_as_it_says() -> None:
    rows = shipped_rows()
    assert len(rows) == 414
    for row in rows:
        for opinion, follows in ((None, "unknown"), ("soft", "soft"), ("hard", "hard"), ("other", "blocked")):
            expected = follows if row["outcome"] == "see_code" else row["outcome"]
            outcome = SHIPPED.classify("bounced", row["vendor"], row["scheme"], row["code"], opinion)
            assert outcome.word == expected, row


def test_the_shipped_table_names_no_code_twice() -> None:
    keys = [(row["vendor"], row["scheme"], row["code"]) for row in shipped_rows()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("delivered", Outcome.DELIVERED),
        ("cancelled", Outcome.CANCELLED),
        ("sent", Outcome.PENDING),
        ("queued", Outcome.PENDING),
    ],
)
def test_only_a_bounce_is_read_from_its_code(kind: str, outcome: Outcome) -> None:
    assert SHIPPED.classify(kind, "infobip", "error.id", "1", "hard") is outcome


def test_the_receipts_are_five_kinds() -> None:
    assert {"queued", "sent", "delivered", "bounced", "cancelled"} == RECEIPT_KINDS


@pytest.mark.parametrize(
    ("vendor", "scheme", "code", "bounce", "outcome"),
    [
        ("infobip", "error.id", "1", None, Outcome.HARD),
        ("infobip", "error.id", "1", "soft", Outcome.HARD),
        ("infobip", "error.id", "0", "hard", Outcome.DELIVERED),
        ("3gpp", "tp_status", "0x20", "hard", Outcome.PENDING),
        # The code alone says nothing: another vendor, another scheme, or none named.
        ("nobody", "error.id", "1", None, Outcome.UNKNOWN),
        ("infobip", "status.id.x", "1", None, Outcome.UNKNOWN),
        (None, "error.id", "1", None, Outcome.UNKNOWN),
        ("infobip", None, "1", None, Outcome.UNKNOWN),
        ("infobip", "error.id", None, None, Outcome.UNKNOWN),
        ("Infobip", "error.id", "1", None, Outcome.UNKNOWN),
        ("infobip", "error.id", "01", None, Outcome.UNKNOWN),
        ("infobip", "error.id", "999999", "soft", Outcome.SOFT),
        ("infobip", "error.id", "999999", "hard", Outcome.HARD),
        ("infobip", "error.id", "999999", "other", Outcome.BLOCKED),
        ("infobip", "error.id", "999999", None, Outcome.UNKNOWN),
        (None, None, None, "hard", Outcome.HARD),
        (None, None, None, None, Outcome.UNKNOWN),
        ("twilio", "status", "failed", None, Outcome.UNKNOWN),
        ("twilio", "status", "failed", "soft", Outcome.SOFT),
    ],
)
def test_a_bounce_is_read_from_the_table_then_from_the_gateways_opinion(
    vendor: str | None, scheme: str | None, code: str | None, bounce: str | None, outcome: Outcome
) -> None:
    assert SHIPPED.classify("bounced", vendor, scheme, code, bounce) is outcome


def test_the_operators_file_comes_before_the_table_and_the_opinion(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER, "infobip,error.id,1,soft", "acme,x,7,optout", "infobip,error.id,2,see_code")
    table = load_outcome_table(path)
    assert table.classify("bounced", "infobip", "error.id", "1", "hard") is Outcome.SOFT
    assert table.classify("bounced", "acme", "x", "7", "hard") is Outcome.OPTOUT
    assert table.classify("bounced", "acme", "y", "7", "hard") is Outcome.HARD
    # What the operator's file does not know is read on in the table.
    assert table.classify("bounced", "infobip", "error.id", "2", None) is Outcome.SOFT
    assert table.classify("bounced", "infobip", "error.id", "5", None) is Outcome.SOFT
    assert table.classify("delivered", "infobip", "error.id", "1", None) is Outcome.DELIVERED


def test_the_operators_file_may_come_from_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_bytes(b'\xef\xbb\xbfname,outcome,code,scheme,vendor,note\r\n"Nobody, there", HARD ,7,x,acme,why\r\n\r\n')
    table = load_outcome_table(path)
    assert table.classify("bounced", "acme", "x", "7", None) is Outcome.HARD
    assert table.in_words("acme", "x", "7") == "Nobody, there"


def test_a_file_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    assert load_outcome_table(tmp_path / "none.csv") == SHIPPED


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((HEADER, "acme,x,1,hard", "acme,x,2,permanent"), "line 3: 'permanent' is no outcome"),
        ((HEADER, "acme,x,1"), "line 2: '' is no outcome"),
        ((HEADER, "acme,x,1,hard", ",,7,hard"), "line 3: name the vendor"),
        ((HEADER, "acme,,7,hard"), "line 2: name the vendor"),
        (("vendor,code,outcome", "acme,1,hard"), "no column scheme"),
        (("",), "no column code, outcome, scheme, vendor"),
        ((HEADER, 'acme,x,"1,hard', "acme,x,2,hard"), "line 3: no CSV"),
        ((HEADER, 'acme,x,"1"0,hard'), "line 2: no CSV"),
    ],
)
def test_a_fault_in_the_operators_file_is_named_with_its_line(
    tmp_path: Path, lines: tuple[str, ...], said: str
) -> None:
    path = file_of(tmp_path, *lines)
    with pytest.raises(ConfigError) as caught:
        load_outcome_table(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)


@pytest.mark.parametrize("content", [b"vendor,scheme,code,outcome\n\xff", None])
def test_a_file_that_can_not_be_read_is_said_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "outcomes.csv"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="can not be read"):
        load_outcome_table(path)


def test_a_code_has_the_vendors_own_words() -> None:
    assert SHIPPED.in_words("infobip", "error.id", "1") == "EC_UNKNOWN_SUBSCRIBER"
    assert SHIPPED.in_words("infobip", "error.id", "999999") is None
    assert SHIPPED.in_words(None, "error.id", "1") is None
    # A code that says nothing of the outcome still has its name.
    assert SHIPPED.in_words("twilio", "status", "failed") == "failed"


def test_the_order_of_outcomes_is_best_known_truth_first() -> None:
    order = "delivered > optout > hard > blocked > content > soft > expired > unknown > account > cancelled > pending"
    assert " > ".join(outcome.word for outcome in sorted(Outcome)) == order


@pytest.mark.parametrize(
    ("outcome", "bucket", "retried"),
    [
        (Outcome.DELIVERED, Bucket.DELIVERED, False),
        (Outcome.PENDING, Bucket.PENDING, False),
        (Outcome.SOFT, Bucket.SOFT, True),
        (Outcome.EXPIRED, Bucket.SOFT, True),
        (Outcome.UNKNOWN, Bucket.SOFT, True),
        (Outcome.HARD, Bucket.HARD, False),
        (Outcome.OPTOUT, Bucket.REJECTED, False),
        (Outcome.BLOCKED, Bucket.REJECTED, False),
        (Outcome.CONTENT, Bucket.REJECTED, False),
        (Outcome.ACCOUNT, Bucket.REJECTED, False),
        (Outcome.CANCELLED, Bucket.REJECTED, False),
    ],
)
def test_each_outcome_has_its_bucket_and_is_retried_or_not(outcome: Outcome, bucket: Bucket, retried: bool) -> None:
    assert BUCKETS[outcome] is bucket
    assert (outcome in RETRIED) is retried
    assert (outcome in BOUNCED) is (bucket not in (Bucket.DELIVERED, Bucket.PENDING))


def test_every_outcome_has_a_bucket() -> None:
    assert BUCKETS.keys() == set(Outcome)
