"""Outcome codes for the operator: those seen, and what a changed override file would change."""

from dataclasses import replace
from pathlib import Path

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.codes import Changes, ClassedCode, classed
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.outcomes import Code, Outcome, OutcomeTable, load_outcome_table
from smsreport_tui.services.outcome_file import with_code, without_code, write_outcome_file
from storage.read_codes import read_codes, read_codes_with_receipts
from storage.rehearsal import rehearse
from storage.store import Store, open_store


def seen_codes(store: Store, *, receipts: bool = False) -> list[ClassedCode]:
    """The codes of the store, unmapped ones first; with their receipts when every event may be read."""
    with store.reading() as connection:
        codes = read_codes_with_receipts(connection) if receipts else read_codes(connection)
    return classed(store.outcomes, codes)


class Overrides:
    """The operator's override file and the store that it classes; a change is previewed before it is made."""

    def __init__(self, store: str, file: Path, clock: Clock) -> None:
        self._store = store
        self._file = file
        self._clock = clock

    def preview(self, file: Path | None = None) -> Changes:
        """What the store becomes by another override file, or by the operator's as it stands. Raises ConfigError."""
        if file is not None and not file.exists():
            raise ConfigError(f"There is no file {file}: give a CSV file like outcome_codes.csv.")
        return self._rehearsed(load_outcome_table(file or self._file))

    def setting(self, code: Code, outcome: Outcome) -> "Override":
        """The change that gives a code an outcome. Raises ConfigError, StoreError."""
        table = load_outcome_table(self._file)
        changed = replace(table, override={**table.override, code: outcome})
        return Override(self, with_code(self._file, code, outcome), self._rehearsed(changed))

    def unsetting(self, code: Code) -> "Override":
        """The change that takes a code out of the file. Raises ConfigError, StoreError."""
        text = without_code(self._file, code)
        table = load_outcome_table(self._file)
        override = {key: outcome for key, outcome in table.override.items() if key != code}
        return Override(self, text, self._rehearsed(replace(table, override=override)))

    def write(self, text: str) -> None:
        """Put the text in the file's place and reclassify history. Raises ConfigError, ExportError, StoreError."""
        write_outcome_file(self._file, text)
        # Any opening brings the history in step with the file.
        open_store(self._store, self._clock, writable=True, outcomes=self._file).close()

    def _rehearsed(self, table: OutcomeTable) -> Changes:
        return rehearse(self._store, table, self._clock.now())


class Override:
    """One change of the override file, not made yet."""

    def __init__(self, overrides: Overrides, text: str, changes: Changes) -> None:
        self.changes = changes
        self._overrides = overrides
        self._text = text

    def make(self) -> None:
        """Write the file and reclassify history. Raises ConfigError, ExportError, StoreError."""
        self._overrides.write(self._text)
