"""The raw codes that a store has seen, how each is classed and why (rules.md 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from smsreport_tui.rules.outcomes import Code, Outcome, OutcomeTable


class Why(StrEnum):
    """What a receipt's outcome comes from."""

    OVERRIDE = "override"  # The operator's own file.
    TABLE = "table"  # The table of outcome codes that the program brings.
    GATEWAY = "gateway"  # The gateway's own opinion, where no table has the code.
    UNKNOWN = "unknown"  # Nobody knows.
    RECEIPT = "receipt"  # The receipt's kind says it, whatever its code.


UNMAPPED = (Why.UNKNOWN, Why.GATEWAY)


def why(table: OutcomeTable, code: Code | None, outcome: Outcome) -> Why:
    """Why a receipt with that code, or with none that is whole, has its outcome."""
    if outcome is Outcome.CANCELLED and (code is None or table.known(*code) is not Outcome.CANCELLED):
        return Why.RECEIPT
    if code is not None and table.known(*code) is not None:
        return Why.OVERRIDE if code in table.override else Why.TABLE
    return Why.UNKNOWN if outcome is Outcome.UNKNOWN else Why.GATEWAY


@dataclass(frozen=True, slots=True)
class SeenCode:
    """One raw code with one outcome: recipients whose outcome it decided, and receipts where they were counted."""

    vendor: str | None
    scheme: str | None
    code: str | None
    outcome: Outcome
    recipients: int
    receipts: int | None = None

    @property
    def whole(self) -> Code | None:
        """What the tables know it by; no code says enough alone."""
        if self.vendor is None or self.scheme is None or self.code is None:
            return None
        return self.vendor, self.scheme, self.code


@dataclass(frozen=True, slots=True)
class ClassedCode:
    """A seen code, its name in words, and why it is classed so."""

    seen: SeenCode
    name: str | None
    why: Why

    @property
    def unmapped(self) -> bool:
        return self.why in UNMAPPED


def classed(table: OutcomeTable, codes: Iterable[SeenCode]) -> list[ClassedCode]:
    """The codes by this table: unmapped ones first, then by what they decide, then by name of vendor and code."""
    found = [
        ClassedCode(one, table.in_words(one.vendor, one.scheme, one.code), why(table, one.whole, one.outcome))
        for one in codes
    ]
    return sorted(found, key=_order)


def _order(code: ClassedCode) -> tuple[bool, int, int, str, str, str, int]:
    seen = code.seen
    names = (seen.vendor or "", seen.scheme or "", seen.code or "")
    return (not code.unmapped, -seen.recipients, -(seen.receipts or 0), *names, int(seen.outcome))


@dataclass(frozen=True, slots=True)
class Turned:
    """Recipients whose outcome becomes another one."""

    before: Outcome
    after: Outcome
    recipients: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What another table of outcome codes makes of a store's history."""

    receipts: int
    outcomes: tuple[Turned, ...] = ()
    strikes_given: int = 0
    strikes_taken: int = 0
    suppressed: int = 0
    released: int = 0
    retries_begun: int = 0
    retries_ended: int = 0
