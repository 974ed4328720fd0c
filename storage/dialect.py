"""Expressions that SQLite and PostgreSQL write in other words. SQLite's are what each is named after."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, LargeBinary, Numeric, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

_POSTGRES = "postgresql"
# The kinds of values as SQLite's json_each names them; one for all numbers. Texts are in the order of their bytes.
_KIND = (
    "CASE jsonb_typeof(value) WHEN 'string' THEN 'text' WHEN 'number' THEN 'real' "
    "WHEN 'boolean' THEN value #>> '{}' ELSE jsonb_typeof(value) END AS type"
)
_VALUE = "(value #>> '{}') COLLATE \"C\" AS value"
_NUMBER = "CASE WHEN jsonb_typeof(value) = 'number' THEN (value #>> '{}')::numeric END AS number"


class _Members(FunctionElement[Any]):
    name = "json_each"
    inherit_cache = True


class _Items(FunctionElement[Any]):
    name = "json_each"
    inherit_cache = True


class _AsNumber(FunctionElement[Any]):
    name = "as_number"
    inherit_cache = True


class _Position(FunctionElement[int]):
    name = "instr"
    type = Integer()
    inherit_cache = True


class _LikeAnyCase(FunctionElement[bool]):
    name = "like_any_case"
    type = Boolean()
    inherit_cache = True


class _Token(FunctionElement[bytes]):
    name = "number_token"
    type = LargeBinary()
    inherit_cache = True


class _Joined(FunctionElement[str]):
    name = "group_concat"
    type = Text()
    inherit_cache = True


class _JsonNumber(TypeDecorator[Any]):
    """A number to compare with JSON's: PostgreSQL's are decimal, and of any length."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> TypeEngine[Any]:
        return dialect.type_descriptor(Numeric() if dialect.name == _POSTGRES else NullType())  # type: ignore[no-any-return]

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return Decimal(repr(value)) if dialect.name == _POSTGRES and value is not None else value


def members(document: ColumnElement[Any], name: str | None = None) -> TableValuedAlias:
    """The members of a JSON object as rows: key, value, type (and number, for `as_number`)."""
    return _Members(document).table_valued("key", "value", "type", "number", name=name)


def items(document: ColumnElement[Any]) -> TableValuedAlias:
    """The items of a JSON array as rows: value."""
    return _Items(document).table_valued("value")


def as_number(each: Any) -> Any:
    """The value of a member that is a number, to be compared with `json_number`."""
    return _AsNumber(each.c.value, each.c.number)


def json_number(value: float) -> ColumnElement[Any]:
    """A number to compare `as_number` with."""
    return literal(value, _JsonNumber())


def position(whole: Any, part: str) -> ColumnElement[int]:
    """Where the part begins in the text, from 1; 0 where it is none."""
    return _Position(whole, literal(part, Text))


def like_any_case(text: Any, pattern: ColumnElement[str], escape: str) -> ColumnElement[bool]:
    """LIKE to which the letters a to z are as A to Z."""
    return _LikeAnyCase(text, pattern, literal(escape, Text))


def joined(texts: ColumnElement[str]) -> ColumnElement[str]:
    """The texts of a group with a blank between each two, as they come; NULL where there are none."""
    return _Joined(texts)


def token_of(person: Any) -> ColumnElement[bytes]:
    """The token of the number that a row of `profile` holds; by `number_function` or `profile_tokens`."""
    return _Token(person.c.msisdn, person.c.profile_id)


def _arguments(element: Any, compiler: Any, **how: Any) -> list[str]:
    return [compiler.process(clause, **how) for clause in element.clauses]


@compiles(_Members)
@compiles(_Items)
def _json_each(element: Any, compiler: Any, **how: Any) -> str:
    return f"json_each({_arguments(element, compiler, **how)[0]})"


@compiles(_Members, _POSTGRES)
def _jsonb_each(element: Any, compiler: Any, **how: Any) -> str:
    document = _arguments(element, compiler, **how)[0]
    # Rendered into a statement of which psycopg reads % as a parameter: there is none in it.
    return f'LATERAL (SELECT key COLLATE "C" AS key, {_VALUE}, {_KIND}, {_NUMBER} FROM jsonb_each({document}::jsonb))'  # noqa: S608


@compiles(_Items, _POSTGRES)
def _jsonb_items(element: Any, compiler: Any, **how: Any) -> str:
    document = _arguments(element, compiler, **how)[0]
    return f"LATERAL (SELECT {_VALUE} FROM jsonb_array_elements({document}::jsonb))"  # noqa: S608


@compiles(_AsNumber)
def _value_as_it_is(element: Any, compiler: Any, **how: Any) -> str:
    return _arguments(element, compiler, **how)[0]


@compiles(_AsNumber, _POSTGRES)
def _value_as_numeric(element: Any, compiler: Any, **how: Any) -> str:
    return _arguments(element, compiler, **how)[1]


@compiles(_Position)
def _instr(element: Any, compiler: Any, **how: Any) -> str:
    return f"instr({', '.join(_arguments(element, compiler, **how))})"


@compiles(_Position, _POSTGRES)
def _strpos(element: Any, compiler: Any, **how: Any) -> str:
    return f"strpos({', '.join(_arguments(element, compiler, **how))})"


@compiles(_LikeAnyCase)
def _like(element: Any, compiler: Any, **how: Any) -> str:
    text, pattern, escape = _arguments(element, compiler, **how)
    return f"({text} LIKE {pattern} ESCAPE {escape})"


@compiles(_LikeAnyCase, _POSTGRES)
def _ilike(element: Any, compiler: Any, **how: Any) -> str:
    text, pattern, escape = _arguments(element, compiler, **how)
    return f'({text} ILIKE {pattern} COLLATE "C" ESCAPE {escape})'


@compiles(_Joined)
def _group_concat(element: Any, compiler: Any, **how: Any) -> str:
    return f"group_concat({_arguments(element, compiler, **how)[0]}, ' ')"


@compiles(_Joined, _POSTGRES)
def _string_agg(element: Any, compiler: Any, **how: Any) -> str:
    return f"string_agg({_arguments(element, compiler, **how)[0]}, ' ')"


@compiles(_Token)
def _token_by_function(element: Any, compiler: Any, **how: Any) -> str:
    return f"number_token({_arguments(element, compiler, **how)[0]})"


@compiles(_Token, _POSTGRES)
def _token_by_table(element: Any, compiler: Any, **how: Any) -> str:
    profile = _arguments(element, compiler, **how)[1]
    return f"(SELECT held.token FROM profile_token AS held WHERE held.profile_id = {profile})"  # noqa: S608
