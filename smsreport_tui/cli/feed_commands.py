"""Keeping in step with the gateway: sync and the worker."""

import contextlib
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Command, json_option, surroundings
from smsreport_tui.cli.output import is_watched, print_document, print_text, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.formatting import count_of, duration

if TYPE_CHECKING:
    from smsreport_tui.services.sync import SyncResult


@click.command(cls=Command)
@json_option
@surroundings
def sync(about: Surroundings, as_json: bool) -> None:
    """Pull from the gateway until caught up, and from the account's sources of clicks.

    The code is 1 when one of them fails; what the others brought is kept.
    """
    from smsreport_tui.cli.signals import run_until_interrupted

    result, problems = run_until_interrupted(_pull(about))
    if as_json:
        from smsreport_tui.cli.documents import sync_document

        print_document(sync_document(result))
    else:
        say(sync_sentence(result))
    if problems:
        raise GatewayError(" ".join(problems))


async def _pull(about: Surroundings) -> "tuple[SyncResult, list[str]]":
    """What gateway and clicks brought together, and what was wrong with the clicks. Raises GatewayError."""
    connect = about.gateway_maker()
    import asyncio

    from smsreport_tui.cli.progress import sync_bar
    from smsreport_tui.services.click_sync import added, sync_clicks
    from smsreport_tui.services.sync import sync as pull

    with about.open_store(writable=True) as store:
        gateway = connect(store)
        beside = asyncio.ensure_future(sync_clicks(store, about.click_sources(), about.clock))
        try:
            with sync_bar() if is_watched() else contextlib.nullcontext() as progress:
                result = await pull(store, gateway, about.clock, progress)
        except GatewayError:
            await beside
            raise
        except BaseException:
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)
            raise
        finally:
            await gateway.aclose()
        clicks = await beside
        return added(result, clicks.brought), list(clicks.problems.values())


def sync_sentence(result: "SyncResult") -> str:
    """What a sync brought, for people."""
    news = [
        count_of(result.activities, "activity"),
        count_of(result.profiles, "profile"),
        count_of(result.events, "event"),
    ]
    asides = [
        f"{count_of(result.duplicates, 'event')} known before" if result.duplicates else "",
        f"{count_of(result.quarantined, 'bad item')} in quarantine" if result.quarantined else "",
    ]
    words = [f"New or changed: {', '.join(news)}", *filter(None, asides), f"took {duration(result.seconds)}"]
    return " · ".join(words)


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="Make one pass and end.")
@click.option("--unit", is_flag=True, help="Print a systemd user unit that runs this worker, and end.")
@click.option("--with-parent", is_flag=True, hidden=True)
@click.option("--ask-first", "asks_first", is_flag=True, hidden=True)
@click.option("--interval", type=click.IntRange(1, 86_400), hidden=True)
@json_option
@click.pass_context
def worker(
    context: click.Context,
    *,
    once: bool,
    unit: bool,
    with_parent: bool,
    asks_first: bool,
    interval: int | None,
    as_json: bool,
) -> None:
    """Keep the store in step with the gateway and send the retries that are due, until interrupted.

    A soft bounce is sent again every hour for 48 hours. Started by hand it needs no further word.
    """
    about = context.ensure_object(Surroundings)
    if unit:
        from smsreport_tui.cli.worker_unit import worker_unit

        print_text(worker_unit(about))
        return
    from smsreport_tui.cli.worker_run import WorkerRun

    run = WorkerRun(
        about, once=once, with_parent=with_parent, interval=interval, asks_first=asks_first, as_json=as_json
    )
    context.exit(run.run())
