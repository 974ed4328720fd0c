"""From a receipt's raw code to its outcome, and from outcomes to one (rules.md 2 and 3)."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from pathlib import Path

from smsreport_tui.rules.errors import ConfigError


class Outcome(IntEnum):
    """What became of a message; the value is its place in the order, best known truth first (rules.md 3)."""

    DELIVERED = 0
    OPTOUT = 1
    HARD = 2
    BLOCKED = 3
    CONTENT = 4
    SOFT = 5
    EXPIRED = 6
    UNKNOWN = 7
    ACCOUNT = 8
    CANCELLED = 9
    PENDING = 10

    @property
    def word(self) -> str:
        """As files and JSON spell it."""
        return self.name.lower()


class Bucket(StrEnum):
    """Where the report counts an outcome."""

    DELIVERED = "delivered"
    SOFT = "soft"
    HARD = "hard"
    REJECTED = "rejected"
    PENDING = "pending"


BUCKETS: Mapping[Outcome, Bucket] = {
    Outcome.DELIVERED: Bucket.DELIVERED,
    Outcome.OPTOUT: Bucket.REJECTED,
    Outcome.HARD: Bucket.HARD,
    Outcome.BLOCKED: Bucket.REJECTED,
    Outcome.CONTENT: Bucket.REJECTED,
    Outcome.SOFT: Bucket.SOFT,
    Outcome.EXPIRED: Bucket.SOFT,
    Outcome.UNKNOWN: Bucket.SOFT,
    Outcome.ACCOUNT: Bucket.REJECTED,
    Outcome.CANCELLED: Bucket.REJECTED,
    Outcome.PENDING: Bucket.PENDING,
}
BOUNCED: frozenset[Outcome] = frozenset(Outcome) - {Outcome.DELIVERED, Outcome.PENDING}
RETRIED: frozenset[Outcome] = frozenset({Outcome.SOFT, Outcome.EXPIRED, Outcome.UNKNOWN})

SUPPRESSING_STRIKES = 3
"""So many hard recipients suppress a number (rules.md 5)."""

# The gateway's own opinion, used when a code is in no table.
_OPINIONS: Mapping[str, Outcome] = {"soft": Outcome.SOFT, "hard": Outcome.HARD, "other": Outcome.BLOCKED}
_FIXED: Mapping[str, Outcome] = {
    "delivered": Outcome.DELIVERED,
    "cancelled": Outcome.CANCELLED,
    "sent": Outcome.PENDING,
    "queued": Outcome.PENDING,
}
RECEIPT_KINDS: frozenset[str] = frozenset({*_FIXED, "bounced"})

Code = tuple[str, str, str]


@dataclass(frozen=True)
class OutcomeTable:
    """Outcome by (vendor, scheme, code): the operator's override first, then the shipped table."""

    shipped: Mapping[Code, Outcome]
    override: Mapping[Code, Outcome] = field(default_factory=dict)
    names: Mapping[Code, str] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """The same for tables that class every code alike."""
        merged = {**self.shipped, **self.override}
        text = "\n".join(f"{key}{int(outcome)}" for key, outcome in sorted(merged.items()))
        # Commands need the words of the outcomes alone, and wait for what they import.
        import hashlib

        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def classify(
        self, kind: str, vendor: str | None, scheme: str | None, code: str | None, bounce: str | None
    ) -> Outcome:
        """The outcome of one receipt; `vendor` is the event's, else the gateway's."""
        fixed = _FIXED.get(kind)
        if fixed is not None:
            return fixed
        if vendor is not None and scheme is not None and code is not None:
            known = self.known(vendor, scheme, code)
            if known is not None:
                return known
        return _OPINIONS.get(bounce or "", Outcome.UNKNOWN)

    def known(self, vendor: str, scheme: str, code: str) -> Outcome | None:
        """What the tables say of a code, the operator's own first; None where neither has it."""
        key = (vendor, scheme, code)
        own = self.override.get(key)
        return self.shipped.get(key) if own is None else own

    def in_words(self, vendor: str | None, scheme: str | None, code: str | None) -> str | None:
        """The name that the vendor gives the code, where the table has it."""
        if vendor is None or scheme is None or code is None:
            return None
        return self.names.get((vendor, scheme, code))


def load_outcome_table(override: Path | None = None) -> OutcomeTable:
    """The shipped table and, where the file exists, the operator's own. Raises ConfigError naming the line."""
    from importlib import resources

    text = resources.files("smsreport_tui.rules").joinpath("data/outcome_codes.csv").read_text("utf-8")
    shipped, names = _read(text, "the shipped table of outcome codes")
    if override is None or not override.exists():
        return OutcomeTable(shipped, {}, names)
    try:
        own_text = override.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The outcome file {override} can not be read: make it a readable UTF-8 CSV file.") from error
    own, own_names = _read(own_text, str(override))
    return OutcomeTable(shipped, own, {**names, **own_names})


def _read(text: str, where: str) -> tuple[dict[Code, Outcome], dict[Code, str]]:
    outcomes: dict[Code, Outcome] = {}
    names: dict[Code, str] = {}
    for line, row in _rows(text, where):
        key = (row["vendor"], row["scheme"], row["code"])
        if not all(key):
            raise ConfigError(
                f"{where}, line {line}: name the vendor, the scheme and the code; no code says enough alone."
            )
        if row.get("name"):
            names[key] = row["name"]
        word = row["outcome"]
        if word == "see_code":
            continue
        try:
            outcomes[key] = Outcome[word.upper()]
        except KeyError:
            known = ", ".join(outcome.word for outcome in Outcome)
            raise ConfigError(f"{where}, line {line}: {word!r} is no outcome. Use one of {known}, see_code.") from None
    return outcomes, names


def _rows(text: str, where: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows under the header with the line each ends on, cells stripped, an absent one empty."""
    import csv

    # Strict, as a quote left open would swallow the rows behind it without a word.
    rows = csv.DictReader(io.StringIO(text), strict=True)
    try:
        missing = {"vendor", "scheme", "code", "outcome"} - set(rows.fieldnames or ())
        if missing:
            raise ConfigError(f"{where} has no column {', '.join(sorted(missing))}: its first line names the columns.")
        for row in rows:
            yield rows.line_num, {name: (cell or "").strip() for name, cell in row.items() if isinstance(name, str)}
    except csv.Error as error:
        raise ConfigError(f"{where}, line {rows.reader.line_num}: no CSV ({error}). Mend that line.") from error
