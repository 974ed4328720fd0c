"""Statements whose text is made once."""

import pytest
from sqlalchemy import bindparam, func, literal, select

from storage.prepared import Prepared
from storage.settings import write_setting
from storage.store import Store
from storage.tables import SETTING

pytestmark = pytest.mark.portable

_VALUES = Prepared(
    select(SETTING.c.value, literal("constant"))
    .where(SETTING.c.name >= bindparam("low"), SETTING.c.name <= bindparam("high"))
    .order_by(SETTING.c.name == bindparam("high"), SETTING.c.name)
    .limit(2)
)


def test_each_call_has_its_own_values_and_all_have_the_constants(store: Store) -> None:
    with store.writing() as connection:
        for name in ("x1", "x2", "x3"):
            write_setting(connection, name, name.upper())

    with store.reading() as connection:
        first = _VALUES.rows(connection, low="x1", high="x3")
        second = _VALUES.rows(connection, high="x2", low="x2")

    assert [tuple(row) for row in first] == [("X1", "constant"), ("X2", "constant")]
    assert [tuple(row) for row in second] == [("X2", "constant")]


@pytest.mark.parametrize("values", [{}, {"low": "a"}, {"low": "a", "high": "b", "hihg": "c"}])
def test_a_value_too_few_or_too_many_is_an_error(store: Store, values: dict[str, str]) -> None:
    with store.reading() as connection, pytest.raises(KeyError):
        _VALUES.rows(connection, **values)


def test_a_scalar_of_nothing_is_none(store: Store) -> None:
    nothing = Prepared(select(SETTING.c.value).where(SETTING.c.name == bindparam("setting")))
    none = Prepared(select(func.count()).select_from(SETTING).where(SETTING.c.name == bindparam("setting")))

    with store.reading() as connection:
        assert nothing.scalar(connection, setting="no such") is None
        assert none.scalar(connection, setting="no such") == 0
