"""The accounts of the configuration: tables [accounts.NAME] with a kind, an address and what that kind asks."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from smsreport_tui.config_file import TableKeyError, TableValueError, unknown_key
from smsreport_tui.gateways.address import gateway_url
from smsreport_tui.gateways.kinds import KINDS, Kind, Question
from smsreport_tui.rules.errors import ConfigError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
NAME_WANTED = "small letters, digits, - and _, at most 32, and begin with a letter or digit"
_OWN = ("kind", "url", "store", "clicks")


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """One account as it is configured: its kind's name, address, and answers to the kind's questions.

    `store` is a path or URL where the operator names one; `clicks` are the accounts whose clicks belong to this one.
    """

    name: str
    kind: str
    url: str
    options: Mapping[str, str] = field(default_factory=dict)
    store: str | None = None
    clicks: tuple[str, ...] = ()

    @property
    def sends(self) -> bool:
        """Whether it is a gateway; else it brings clicks and nothing else."""
        return KINDS[self.kind].sends


def read_accounts(value: object, folder: Path, read_store: Callable[[object, Path], str]) -> dict[str, AccountSettings]:
    """The accounts by name. Raises TableValueError for the first that is wrong."""
    if not isinstance(value, dict):
        raise ValueError('tables: [accounts.NAME], then lines such as kind = "feed"')
    accounts = {name: _account(name, table, folder, read_store) for name, table in value.items()}
    stores: dict[str, str] = {}
    for account in accounts.values():
        for source in account.clicks:
            if source not in accounts or accounts[source].sends:
                wanted = f"names of accounts that bring clicks and do not send; {source[:40]!r} is none"
                raise TableValueError("clicks", wanted, [account.name])
        if account.store is not None and stores.setdefault(account.store, account.name) != account.name:
            wanted = f"a store of its own: {stores[account.store]} has the same"
            raise TableValueError("store", wanted, [account.name])
    return accounts


def account_name(text: str) -> str:
    """A name as it may stand in the configuration, and in the name of a file. Raises ConfigError."""
    if not NAME.fullmatch(text):
        raise ConfigError(f"An account's name must hold {NAME_WANTED}.")
    return text


def answered(kind: Kind, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to a kind's questions, checked, with what holds where none was given. Raises ConfigError."""
    options: dict[str, str] = {}
    for question in kind.questions:
        answer = answers.get(question.name, question.default)
        if answer is None:
            raise ConfigError(f"{question.name} is missing: {question.asks}.")
        options[question.name] = checked_answer(question, answer)
    return options


def checked_answer(question: Question, answer: str) -> str:
    """The answer, if it may stand: what holds by itself always may. Raises ConfigError."""
    text = answer.strip()
    if text != question.default:
        question.check(text)
    return text


def _account(name: str, table: object, folder: Path, read_store: Callable[[object, Path], str]) -> AccountSettings:
    if not NAME.fullmatch(name):
        raise TableKeyError(name, f"the name of the account {name[:40]!r} must hold {NAME_WANTED}.")
    if not isinstance(table, dict):
        raise TableValueError(name, f'a table: [accounts.{name}], then lines such as kind = "feed"')
    kind = KINDS.get(table["kind"]) if isinstance(table.get("kind"), str) else None
    if kind is None:
        if "kind" not in table:
            raise TableKeyError(name, f"accounts.{name} has no kind: add one of {_all_kinds()}.")
        raise TableValueError("kind", f"one of {_all_kinds()}", [name])
    questions = {question.name: question for question in kind.questions}
    known = {*_OWN, *questions} - ({"store", "clicks"} if not kind.sends else set())
    for key in table:
        if key not in known:
            raise TableKeyError(key, f"in accounts.{name} {unknown_key(key, known)}", [name])
    answers = {key: _answer(name, questions[key], value) for key, value in table.items() if key in questions}
    try:
        options = answered(kind, answers)
    except ConfigError as error:
        raise TableKeyError(name, f"in accounts.{name} {error}") from error
    return AccountSettings(
        name=name,
        kind=kind.name,
        url=_url(name, kind, table),
        options=options,
        store=_store(name, table["store"], folder, read_store) if "store" in table else None,
        clicks=_clicks(name, table.get("clicks", [])),
    )


def _all_kinds() -> str:
    return ", ".join(KINDS)


def _answer(name: str, question: Question, value: object) -> str:
    if not isinstance(value, str | int | float):
        raise TableValueError(question.name, "a text in quotes, or a number", [name])
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        return checked_answer(question, text)
    except ConfigError as error:
        raise TableKeyError(question.name, f"accounts.{name}.{question.name}: {error}", [name]) from error


def _url(name: str, kind: Kind, table: Mapping[str, object]) -> str:
    value = table.get("url", kind.url)
    if value is None:
        raise TableKeyError(name, f"accounts.{name} has no url: add the gateway's address.")
    if not isinstance(value, str):
        raise TableValueError("url", "a web address in quotes", [name])
    try:
        return gateway_url(value)
    except ConfigError as error:
        raise TableValueError("url", f"a web address ({error})", [name]) from error


def _store(name: str, value: object, folder: Path, read_store: Callable[[object, Path], str]) -> str:
    try:
        return read_store(value, folder)
    except ValueError as error:
        raise TableValueError("store", str(error), [name]) from error


def _clicks(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TableValueError("clicks", 'a list of names, such as ["links"]', [name])
    return tuple(dict.fromkeys(value))
