"""What counts against a number: its strikes and refusals, and how it is marked where it is shown (rules.md 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from smsreport_tui.rules.figures import Strike
from smsreport_tui.rules.outcomes import SUPPRESSING_STRIKES


class Mark(StrEnum):
    """What stands behind a number; the value is its text."""

    NONE = ""
    NEARLY = f"{SUPPRESSING_STRIKES - 1}/{SUPPRESSING_STRIKES}"
    SUPPRESSED = "⊘"

    @property
    def meaning(self) -> str:
        """In words, for the line below a list."""
        return _MEANINGS[self]


_MEANINGS = {
    Mark.NONE: "",
    Mark.NEARLY: "strikes",
    Mark.SUPPRESSED: "suppressed",
}


def is_suppressed(strikes: int, refused: int) -> bool:
    """Whether no message ever goes to the number again (rules.md 2 and 5)."""
    return strikes >= SUPPRESSING_STRIKES or refused > 0


def mark_of(strikes: int, *, suppressed: bool) -> Mark:
    """The mark of a number by its strikes that count."""
    if suppressed:
        return Mark.SUPPRESSED
    return Mark.NEARLY if strikes == SUPPRESSING_STRIKES - 1 else Mark.NONE


def marked(number: str, mark: Mark | None) -> str:
    """The number as it is shown, and its mark behind it."""
    return f"{number} {mark}" if mark else number


def legend(marks: Iterable[Mark]) -> str:
    """What the marks among these mean, each after a dot; nothing where there are none."""
    found = set(marks)
    return "".join(f" · {mark} {mark.meaning}" for mark in Mark if mark and mark in found)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A receipt that says the person refused (rules.md 2)."""

    at: int
    vendor: str | None
    scheme: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class MarkedNumber:
    """A number with marks that count, each by time; `msisdn` is None where only its token is known."""

    msisdn: str | None
    strikes: tuple[Strike, ...]
    refusals: tuple[Refusal, ...] = ()

    @property
    def suppressed(self) -> bool:
        return is_suppressed(len(self.strikes), len(self.refusals))

    @property
    def reason(self) -> str | None:
        """Why it is suppressed: what came first."""
        if not self.suppressed:
            return None
        refused = bool(self.refusals) and self.refusals[0].at == self.since
        return "refused" if refused else "three strikes"

    @property
    def since(self) -> int | None:
        """The date of the mark that suppressed it."""
        deciding: list[Strike | Refusal] = [*self.refusals[:1], *self.strikes[SUPPRESSING_STRIKES - 1 :][:1]]
        return min((mark.at for mark in deciding), default=None)

    @property
    def last(self) -> Strike | Refusal | None:
        """The latest mark."""
        marks: list[Strike | Refusal] = [*self.refusals, *self.strikes]
        return max(marks, key=lambda mark: mark.at, default=None)
