"""A worker's pass on a Kannel that is killed at its first request to send: before it leaves, or at its answer.

Arguments: the store, the time (microseconds UTC), "request" or "response", and the account as JSON.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.kannel import KannelGateway
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.services.worker import Watch, run_worker
from storage.store import open_store


def killed_pass(store: Path, at: int, hook: str, account: Account) -> None:
    """Makes the pass in a process of its own, which ends by SIGKILL."""
    told = json.dumps([account.kind, account.url, account.secret, dict(account.options)])
    command = [sys.executable, "-m", __name__, str(store), str(at), hook, told]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], check=False, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


async def _end(told: httpx.Request | httpx.Response) -> None:
    request = told.request if isinstance(told, httpx.Response) else told
    if "to" in request.url.params:
        os.kill(os.getpid(), signal.SIGKILL)


def _main(path: str, at: str, hook: str, told: str) -> None:
    clock, account = FixedClock(int(at)), Account(*json.loads(told))
    with open_store(path, clock, writable=True) as store:

        def connect() -> KannelGateway:
            gateway = KannelGateway(account, store, clock)
            gateway._client.event_hooks = {hook: [_end]}
            return gateway

        watch = Watch(lambda: 0.001, lambda _: None, print)
        asyncio.run(run_worker(store, connect, clock, watch, once=True, stop=asyncio.Event()))


if __name__ == "__main__":
    _main(*sys.argv[1:])
