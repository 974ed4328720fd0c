"""What `smsreport codes` prints with `--json`; scripts rely on every key."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsreport_tui.rules.codes import Changes, ClassedCode

if TYPE_CHECKING:
    from smsreport_tui.cli.documents import Document


def codes_document(codes: Sequence[ClassedCode]) -> "list[Document]":
    """`smsreport codes`; "receipts" is null where they were not counted."""
    return [
        {
            "vendor": code.seen.vendor,
            "scheme": code.seen.scheme,
            "code": code.seen.code,
            "name": code.name,
            "outcome": code.seen.outcome.word,
            "why": code.why.value,
            "recipients": code.seen.recipients,
            "receipts": code.seen.receipts,
        }
        for code in codes
    ]


def changes_document(changes: Changes) -> "Document":
    """`smsreport codes preview`, `set` and `unset`."""
    return {
        "receipts": changes.receipts,
        "outcomes": [
            {"from": turned.before.word, "to": turned.after.word, "recipients": turned.recipients}
            for turned in changes.outcomes
        ],
        "strikes_given": changes.strikes_given,
        "strikes_taken": changes.strikes_taken,
        "suppressed": changes.suppressed,
        "released": changes.released,
        "retries_begun": changes.retries_begun,
        "retries_ended": changes.retries_ended,
    }
