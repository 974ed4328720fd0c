"""What the audit tells of: who has taken people's data out of a store, or decided something for them."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What was done; the words stand in the store and in documents."""

    EXPORTED = "exported"
    CLEARED = "cleared"
    """A number of its strikes and refusals."""
    DECIDED = "decided"
    """A retry: sent, held or dropped by an operator's word."""
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Deed:
    """One row of the audit: `at` in microseconds UTC, `action` an Action's word, or a newer program's."""

    at: int
    account: str
    host: str
    action: str
    details: dict[str, str | int | bool]
