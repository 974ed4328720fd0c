"""Accounts for people and for scripts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsreport_tui.rules.formatting import NOTHING
from smsreport_tui.rules.text import shown

if TYPE_CHECKING:
    from smsreport_tui.account_settings import AccountSettings
    from smsreport_tui.cli.documents import Document
    from smsreport_tui.config import Settings
    from smsreport_tui.services.capability_words import Ability


def account_document(settings: "Settings", account: "AccountSettings") -> "Document":
    """One entry of `smsreport gateway list`; `store` is null of a source of clicks."""
    return {
        "name": account.name,
        "kind": account.kind,
        "url": account.url,
        "sends": account.sends,
        "default": account.name == settings.account,
        "store": store_of(account),
        "clicks": list(account.clicks),
        "options": dict(account.options),
    }


def abilities_document(found: "Sequence[Ability] | None") -> "list[Document] | None":
    """The capabilities in `smsreport gateway show`; null where the gateway could not be asked."""
    return None if found is None else [{"name": one.name, "works": one.works, "text": one.text} for one in found]


def ability_lines(found: "Sequence[Ability]") -> list[str]:
    """One line each: what works, and what not."""
    width = max(len(one.name) for one in found)
    return [f"{'yes' if one.works else 'no ':3}  {one.name:{width}}  {one.text}" for one in found]


def account_facts(settings: "Settings", account: "AccountSettings") -> list[tuple[str, str]]:
    """What is configured, side by side."""
    document = account_document(settings, account)
    facts = {
        "name": account.name + (" (default)" if document["default"] else ""),
        "kind": account.kind,
        "url": account.url,
        "store": document["store"],
        "clicks": ", ".join(account.clicks),
        **account.options,
    }
    return [(name, shown(str(value)) if value else NOTHING) for name, value in facts.items()]


def store_of(account: "AccountSettings") -> str | None:
    """Where the account's store is; a source of clicks has none of its own."""
    from smsreport_tui.config import without_password
    from smsreport_tui.paths import account_store

    return without_password(account.store or str(account_store(account.name))) if account.sends else None


def store_there(account: "AccountSettings") -> str | None:
    """The account's store, where there is one already."""
    from smsreport_tui.paths import account_store
    from storage.glance import plain_path

    text = account.store or str(account_store(account.name))
    path = plain_path(text) if account.sends else None
    return str(path) if path is not None and path.exists() else None
