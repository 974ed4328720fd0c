"""The command lines of the app's child processes: the same commands that a script would run."""

from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.paths import own_command
from smsreport_tui.rules.times import exact_time
from smsreport_tui.services.session import (
    ConnectCommand,
    ExportCommand,
    ExportWish,
    ForgetCommand,
    PeopleCommand,
    PeopleWish,
    PushCommand,
    PushWish,
    RemindCommand,
    RemindWish,
)


def global_options(about: Surroundings) -> list[str]:
    """The global options of this run; what came by the environment goes to the children by it.

    Which account they work on is said in any case: another may become the default while the app is open.
    """
    given = {name: value for name, value in about.flags.items() if value is not None}
    settings = about.settings
    if settings.account is not None:
        given["account"] = settings.account
    elif settings.accounts and settings.gateway is not None:
        given["gateway"] = settings.gateway
    options = [word for name, value in given.items() for word in (f"--{name}", value)]
    return [*options, "--verbose"] if about.verbose else options


def export_command(about: Surroundings) -> ExportCommand:
    """The export of a tab, with progress for the app."""

    def command(wish: ExportWish) -> list[str]:
        flags = {"--force": wish.overwrite, "--masked": wish.masked, "--machine-clicks": wish.machine_clicks}
        words = ["--progress-lines", *(flag for flag, asked in flags.items() if asked)]
        if wish.find is not None:
            words.append(f"--find={wish.find}")
        if wish.columns:
            words.append(f"--columns={','.join(wish.columns)}")
        # An activity's id may begin with a dash.
        return own_command(
            *global_options(about), "export", *words, "--", wish.activity, wish.tab.value, str(wish.file)
        )

    return command


def people_command(about: Surroundings) -> PeopleCommand:
    """The export of a segment's people, with progress for the app."""

    def command(wish: PeopleWish) -> list[str]:
        # In one word with its option: a file's name may begin with a dash, and so may a segment's.
        words = ["--progress-lines", f"--export={wish.file}", *(["--force"] if wish.overwrite else [])]
        if wish.channel is not None:
            words.append(f"--for-sending={wish.channel.value}")
        return own_command(*global_options(about), "segment", "members", *words, "--", wish.segment)

    return command


def push_command(about: Surroundings) -> PushCommand:
    """The push of a segment, with progress for the app."""

    def command(wish: PushWish) -> list[str]:
        words = ["--progress-lines", f"--as={wish.purpose.value}"]
        return own_command(*global_options(about), "segment", "push", *words, "--", wish.segment)

    return command


def forget_command(about: Surroundings) -> ForgetCommand:
    """The erasure of a profile, which the app has confirmed."""
    return lambda profile: own_command(*global_options(about), "forget", "--yes", "--", profile)


def connect_command(about: Surroundings) -> ConnectCommand:
    """The test of a gateway, which keeps address and token; the token comes by standard input."""
    return lambda address: own_command(*global_options(about), "connect", "--", address)


def remind_command(about: Surroundings) -> RemindCommand:
    """The check of a reminder, or its sending, which the app has confirmed; the answer is a document."""

    def command(wish: RemindWish) -> list[str]:
        draft = wish.draft
        # Each text in one word with its option: it may begin with a dash.
        texts = [f"--name={draft.name}", f"--sender={draft.sender}", f"--body={draft.body}"]
        segments = [f"--include={name}" for name in draft.include] + [f"--exclude={name}" for name in draft.exclude]
        when = [] if draft.send_at is None else [f"--at={exact_time(draft.send_at)}"]
        words = ["--yes" if wish.sends else "--check-only", *(["--any-hour"] if wish.any_hour else []), *when]
        return own_command(*global_options(about), "remind", *words, "--json", "--progress-lines", *texts, *segments)

    return command


def worker_command(about: Surroundings, *, asks_first: bool) -> list[str]:
    """The background worker that ends with the app, and sends nothing before it may where it `asks_first`."""
    return own_command(*global_options(about), "worker", "--with-parent", *(["--ask-first"] if asks_first else []))
