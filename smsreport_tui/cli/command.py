"""The kind of command that this program has: `--verbose` on each, and the log started before it runs."""

from typing import Any

import click

from smsreport_tui.cli.surroundings import Surroundings

surroundings = click.make_pass_decorator(Surroundings)

TAB_NAMES = ("sent", "delivered", "clicks", "links", "bounces", "unsubscribe")
HELP_NAMES = {"help_option_names": ["-h", "--help"]}


def _verbose(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Surroundings).verbose = True


def _verbose_option() -> click.Option:
    return click.Option(
        ["--verbose"], is_flag=True, expose_value=False, callback=_verbose, help="Log more, and to the screen as well."
    )


class Command(click.Command):
    """A command that logs and knows --verbose; one that only tells about the program leaves the log alone."""

    logs = True

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        keywords["context_settings"] = HELP_NAMES | keywords.get("context_settings", {})
        super().__init__(*arguments, **keywords)
        self.params.append(_verbose_option())

    def invoke(self, ctx: click.Context) -> Any:
        if self.logs:
            ctx.ensure_object(Surroundings).start_log()
        return super().invoke(ctx)


class QuietCommand(Command):
    """A command that writes no log."""

    logs = False


class Group(click.Group):
    """Commands under one word."""

    command_class = Command

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        keywords["context_settings"] = HELP_NAMES | keywords.get("context_settings", {})
        super().__init__(*arguments, **keywords)


class ListGroup(Group):
    """Commands under one word that alone lists what they are about."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords, invoke_without_command=True)
        self.params.append(_verbose_option())

    def invoke(self, ctx: click.Context) -> Any:
        ctx.ensure_object(Surroundings).start_log()
        return super().invoke(ctx)


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
machine_clicks_option = click.option("--machine-clicks", is_flag=True, help="Count machines' clicks as people's.")
tab_argument = click.argument("tab", type=click.Choice(TAB_NAMES), metavar="TAB")
