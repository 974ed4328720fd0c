"""Asks for what a new account needs: its kind, address, the kind's questions and the secret."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from smsreport_tui.account_settings import AccountSettings, answered, checked_answer
from smsreport_tui.cli.output import note
from smsreport_tui.gateways.address import gateway_url
from smsreport_tui.gateways.kinds import KINDS, Kind
from smsreport_tui.rules.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def asked_kind(given: str | None) -> Kind:
    """The kind of this name; asked for on a terminal where none was given. Raises ConfigError."""
    if given is None and sys.stdin.isatty():
        for kind in KINDS.values():
            note(f"{kind.name}: {kind.words}")
        given = click.prompt("Kind", type=click.Choice(list(KINDS)), err=True)
    if given is None or given not in KINDS:
        said = f"There is no kind {given[:40]!r}" if given else "Which kind it is was not said"
        raise ConfigError(f"{said}: give --kind with one of {', '.join(KINDS)}.")
    return KINDS[given]


def read_sets(words: Sequence[str]) -> dict[str, str]:
    """The answers given as KEY=VALUE. Raises ConfigError."""
    answers: dict[str, str] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key:
            raise ConfigError(f"--set takes KEY=VALUE, and {word[:40]!r} is none.")
        answers[key] = value
    return answers


def asked_account(name: str, kind: Kind, answers: dict[str, str]) -> AccountSettings:
    """The account, complete and checked; on a terminal what was not given is asked for. Raises ConfigError."""
    questions = {question.name: question for question in kind.questions}
    for key in answers:
        if key != "url" and key not in questions:
            known = ", ".join(["url", *questions])
            raise ConfigError(f"The kind {kind.name} does not ask for {key[:40]!r}: known are {known}.")
    if sys.stdin.isatty():
        if "url" not in answers:
            answers["url"] = _prompted("Address", kind.url, gateway_url)
        for question in kind.questions:
            if question.name not in answers:
                check = _checker(kind, question.name)
                answers[question.name] = _prompted(question.asks, question.default, check)
    address = answers.pop("url", kind.url)
    if address is None:
        raise ConfigError("The gateway's address is missing: give it with --url.")
    try:
        options = answered(kind, answers)
    except ConfigError as error:
        raise ConfigError(f"{error} Answers are given as --set KEY=VALUE.") from error
    return AccountSettings(name, kind.name, gateway_url(address), options)


def keep(file: "Path", account: AccountSettings, secret: str, secret_file: "Path", *, default: bool) -> "Path | None":
    """Keep the secret, then the account: until that stands there, no run looks for either.

    Where the secret is kept, None in the keyring. Raises ConfigError.
    """
    from smsreport_tui.config_tables import with_account
    from smsreport_tui.config_writer import rewrite, with_setting
    from smsreport_tui.tokens import keep_secret

    where = keep_secret(account.name, secret, secret_file)
    values = {"kind": account.kind, "url": account.url, **_said(account)}

    def edit(text: str) -> str:
        begun = with_setting(text, "account", account.name) if default else text
        return with_account(begun, account.name, values)

    rewrite(file, edit)
    return where


def _said(account: AccountSettings) -> dict[str, str]:
    """The answers that do not hold by themselves."""
    defaults = {question.name: question.default for question in KINDS[account.kind].questions}
    return {key: value for key, value in account.options.items() if value != defaults[key]}


def _checker(kind: Kind, name: str) -> Callable[[str], object]:
    question = next(one for one in kind.questions if one.name == name)
    return lambda text: checked_answer(question, text)


def _prompted(words: str, default: str | None, check: Callable[[str], object]) -> str:
    while True:
        given: str = click.prompt(words, default=default, show_default=bool(default), err=True)
        try:
            check(given)
        except ConfigError as error:
            note(str(error))
        else:
            return given
