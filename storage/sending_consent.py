"""An operator's word that this store may send retries by a gateway (rules.md 5, "Consent to send")."""

from sqlalchemy import Connection

from storage.settings import read_setting, write_setting


def confirmed_at(connection: Connection, source_id: int) -> int | None:
    """When sending was confirmed, in microseconds UTC; None while it was not."""
    known = read_setting(connection, _name(source_id))
    return None if known is None else int(known)


def confirm(connection: Connection, source_id: int, at: int | None) -> None:
    """Keep the word; None takes it back."""
    write_setting(connection, _name(source_id), None if at is None else str(at))


def _name(source_id: int) -> str:
    return f"sending_confirmed {source_id}"
