"""Column types that every database keeps as meant: strict tables refuse VARCHAR, SQLite keys must be INTEGER."""

from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, Text
from sqlmodel import Field

BIG = BigInteger().with_variant(Integer(), "sqlite")
# In the order of its bytes on every server, as SQLite has it: keys and lists are compared so.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def key(**options: Any) -> Any:
    """An integer primary key given by the store."""
    return Field(default=None, primary_key=True, sa_type=BIG, **options)


def number(*, default: int | None = 0, **options: Any) -> Any:
    """An integer: a count, a time in microseconds UTC, or credits in ten-thousandths."""
    options.setdefault("nullable", default is None)
    return Field(default=default, sa_type=BIG, **options)


def maybe(**options: Any) -> Any:
    """An integer or nothing."""
    return number(default=None, **options)


def string(*, default: str | None = None, **options: Any) -> Any:
    """A text or nothing."""
    options.setdefault("nullable", True)
    return Field(default=default, sa_type=TEXT, **options)


def blob(**options: Any) -> Any:
    """Bytes or nothing."""
    options.setdefault("nullable", True)
    return Field(default=None, sa_type=LargeBinary, **options)
