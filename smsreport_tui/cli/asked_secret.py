"""A secret as an operator gives it: hidden while it is typed, or a line of standard input for scripts."""

import sys

import click


def asked_secret(words: str) -> str:
    """What was given, fit to be sent, and hidden from the log from now on. Raises ConfigError."""
    from smsreport_tui.logs import hide
    from smsreport_tui.tokens import checked_token

    given = click.prompt(words, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    secret = checked_token(given)
    hide(secret)
    return secret
