"""Writes an export down in the audit when the file is whole, and before it stands under its name.

So there is no file under a name that the audit does not tell of; where it can not be written down, there is no file.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from smsreport_tui.rules.deeds import Action
from storage.audit import Details, keyed, record
from storage.store import Store


class Written(Protocol):
    """Told of a whole file, before it gets its name. Raises StoreError where it can not be written down."""

    def __call__(self, rows: int, sha256: str) -> None: ...


@dataclass(frozen=True, slots=True)
class ExportAudit:
    """Writes exports of one store down; `writer` opens that store for writing."""

    writer: Callable[[], AbstractContextManager[Store]]

    def of(self, what: str, form: str, *, find: str | None = None, **details: str | bool | None) -> Written:
        """What to give `export_rows`: `what` is tab, segment, suppressed or links, `form` the file's suffix.

        A find may be somebody's name or number: it is named by a keyed token.
        """

        def written(rows: int, sha256: str) -> None:
            with self.writer() as store:
                token = None if find is None else keyed(store.number_key, b"find", find)
                said: Details = {"what": what, **details, "find": token, "form": form.lstrip(".").lower()}
                with store.writing() as connection:
                    whole = {**said, "rows": rows, "sha256": sha256}
                    record(connection, store.clock.now(), Action.EXPORTED, whole)

        return written
