"""The accounts: what to ask each for is kept in the configuration, its secret in the keyring or a file."""

import sys
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Group, json_option, surroundings
from smsreport_tui.cli.output import note, print_document, print_view, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.errors import ConfigError, SmsReportError

if TYPE_CHECKING:
    from smsreport_tui.account_settings import AccountSettings
    from smsreport_tui.gateways.accounts import Account
    from smsreport_tui.services.capability_words import Ability

_NAME = click.argument("name")


@click.group(cls=Group)
def gateway() -> None:
    """Add, test and list accounts at gateways, and sources of clicks.

    `smsreport --account NAME ...` works on an account and its own store.
    """


@gateway.command()
@_NAME
@click.option("--kind", metavar="KIND", help="Which kind of gateway; asked for on a terminal.")
@click.option("--url", metavar="URL", help="Its address, where the kind does not know it.")
@click.option("--set", "sets", metavar="KEY=VALUE", multiple=True, help="An answer to one of the kind's questions.")
@click.option("--untested", is_flag=True, help="Keep it without asking the gateway.")
@surroundings
def add(
    about: Surroundings, name: str, kind: str | None, url: str | None, sets: tuple[str, ...], untested: bool
) -> None:
    """Test an account at a gateway, or a source of clicks, and keep it as NAME.

    What was not given is asked for on a terminal. The secret is asked for and not shown; in a script it is read from
    standard input.
    """
    from smsreport_tui.account_settings import account_name
    from smsreport_tui.cli.asked_secret import asked_secret
    from smsreport_tui.cli.connecting import with_secret
    from smsreport_tui.cli.gateway_adding import asked_account, asked_kind, keep, read_sets
    from smsreport_tui.cli.gateway_view import store_there
    from smsreport_tui.tokens import secret_file

    settings = about.accounts
    if account_name(name) in settings.accounts:
        raise ConfigError(f"There is an account {name}: remove it first, or take another name.")
    chosen = asked_kind(kind)
    answers = read_sets(sets) | ({} if url is None else {"url": url})
    account = asked_account(name, chosen, answers)
    secret = asked_secret(f"{chosen.secret[:1].upper()}{chosen.secret[1:]} for {name}")
    if not untested:
        _tell(about, account, with_secret(account, secret))
    first = account.sends and settings.account is None and settings.origins["gateway"] == "default"
    file = settings.config_file
    where = keep(file, account, secret, secret_file(settings, name), default=first)
    say(f"{name} is kept in {file}, its {chosen.secret} in {where or 'the keyring'}.")
    if store := store_there(account):
        note(f"{store} is there already, from an account of that name: what it holds stays in it.")
    if first:
        say("It is what `smsreport` works on from now on; --account names another.")


@gateway.command()
@_NAME
@surroundings
def test(about: Surroundings, name: str) -> None:
    """Ask the gateway of an account who it is, and say what will work and what not."""
    from smsreport_tui.cli.connecting import named_account

    account = _known(about, name)
    _tell(about, account, named_account(about.accounts, about.environ, name))


@gateway.command("list")
@json_option
@surroundings
def list_accounts(about: Surroundings, as_json: bool) -> None:
    """List the accounts.

    With --json: [{"name", "kind", "url", "sends", "default", "store", "clicks", "options"}].
    """
    from smsreport_tui.cli.gateway_view import account_document
    from smsreport_tui.cli.tables import Heading, fitted
    from smsreport_tui.rules.formatting import NOTHING
    from smsreport_tui.rules.text import shown

    settings = about.accounts
    documents = [account_document(settings, account) for account in settings.accounts.values()]
    if as_json:
        print_document(documents)
        return
    if not documents:
        say("There are no accounts: `smsreport gateway add NAME --kind KIND` makes one.")
        return
    headings = [
        Heading("Account"),
        Heading("Kind"),
        Heading("Address", folds=60),
        Heading("Clicks"),
        Heading("Store", spare=1),
    ]
    rows = [
        (
            one["name"] + (" (default)" if one["default"] else ""),
            one["kind"],
            shown(one["url"]),
            ", ".join(one["clicks"]) or NOTHING,
            shown(one["store"] or NOTHING),
        )
        for one in documents
    ]
    print_view(lambda console: [fitted(console, headings, rows)])


@gateway.command()
@_NAME
@json_option
@surroundings
def show(about: Surroundings, name: str, as_json: bool) -> None:
    """Show an account, and what works with it as its gateway says now.

    With --json as in the list, and {"capabilities": [{"name", "works", "text"}] or null, "problem": null or why}.
    """
    from smsreport_tui.cli.connecting import named_account
    from smsreport_tui.cli.gateway_view import abilities_document, ability_lines, account_document, account_facts
    from smsreport_tui.cli.tables import facts
    from smsreport_tui.gateways.kinds import KINDS

    settings, account = about.accounts, _known(about, name)
    problem, found = None, None
    try:
        _, found = _asked(about, account, named_account(settings, about.environ, name))
    except SmsReportError as error:
        problem = str(error)
    if as_json:
        more = {"capabilities": abilities_document(found), "problem": problem}
        print_document({**account_document(settings, account), **more})
        return
    print_view(lambda _console: [facts(account_facts(settings, account))])
    for line in ability_lines(found) if found is not None else [problem or ""]:
        say(line)
    if KINDS[account.kind].takes_calls is not None:
        say(f"It tells by calling: `smsreport --account {name} receive` listens, and its first line is where to.")


@gateway.command()
@_NAME
@click.option("--yes", is_flag=True, help="Do not ask.")
@surroundings
def remove(about: Surroundings, name: str, yes: bool) -> None:
    """Forget an account and its secret; its store stays where it is."""
    from smsreport_tui.cli.gateway_view import store_there
    from smsreport_tui.config_tables import without_account
    from smsreport_tui.config_writer import rewrite
    from smsreport_tui.tokens import drop_secret, secret_file

    settings, account = about.accounts, _known(about, name)
    if not yes:
        if not sys.stdin.isatty():
            raise ConfigError(f"Nobody can be asked whether to forget {name}: say so with --yes.")
        click.confirm(f"Forget the account {name} and its secret?", abort=True, err=True)
    # The account first: one without a secret would be asked for it, a secret without an account by nobody.
    rewrite(settings.config_file, lambda text: without_account(text, name))
    drop_secret(name, secret_file(settings, name))
    store = store_there(account)
    say(f"{name} is forgotten." + (f" What it brought stays in {store}; delete that by hand." if store else ""))


@gateway.command()
@_NAME
@click.argument("source")
@click.option("--remove", "removes", is_flag=True, help="Take its clicks from there no longer.")
@surroundings
def clicks(about: Surroundings, name: str, source: str, removes: bool) -> None:
    """Let the clicks of an account come from SOURCE, an account of a kind that brings clicks."""
    from smsreport_tui.config_tables import with_clicks
    from smsreport_tui.config_writer import rewrite

    account, other = _known(about, name), _known(about, source)
    if not account.sends or other.sends:
        raise ConfigError("Clicks go from an account that brings clicks to one that sends: name that one first.")
    sources = [one for one in account.clicks if one != source] + ([] if removes else [source])
    rewrite(about.accounts.config_file, lambda text: with_clicks(text, name, sources))
    say(f"Clicks of {name} come from {', '.join(sources)}." if sources else f"{name} has no other source of clicks.")


def _known(about: Surroundings, name: str) -> "AccountSettings":
    accounts = about.accounts.accounts
    if name not in accounts:
        known = f"known are {', '.join(sorted(accounts))}." if accounts else "there are none yet."
        raise ConfigError(f"There is no account {name[:40]!r}: {known}")
    return accounts[name]


def _asked(about: Surroundings, account: "AccountSettings", whole: "Account") -> "tuple[str, list[Ability]]":
    """Who answers, as a sentence, and what works. Raises GatewayError."""
    from smsreport_tui.cli.connecting import connector
    from smsreport_tui.cli.signals import run_until_interrupted
    from smsreport_tui.services.capability_words import abilities
    from smsreport_tui.services.doctor import answer_sentence, ask_info

    maker = connector(about, whole, 1)
    info, url = run_until_interrupted(ask_info(lambda: maker(None)))
    return answer_sentence(info, url), abilities(info, sends=account.sends, clicks_from=account.clicks)


def _tell(about: Surroundings, account: "AccountSettings", whole: "Account") -> None:
    from smsreport_tui.cli.gateway_view import ability_lines

    sentence, found = _asked(about, account, whole)
    for line in (sentence, *ability_lines(found)):
        say(line)
