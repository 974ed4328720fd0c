"""While one rests, all do."""

import asyncio
import contextlib

from smsreport_tui.gateways.gate import Gate


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_nobody_passes_while_somebody_rests() -> None:
    over = {1.0: asyncio.Event(), 2.0: asyncio.Event()}

    async def sleep(seconds: float) -> None:
        await over[seconds].wait()

    gate = Gate(sleep)
    await gate.wait()
    first, second = (asyncio.ensure_future(gate.rest(seconds)) for seconds in over)
    await _settled()
    passing = asyncio.ensure_future(gate.wait())
    over[1.0].set()
    await _settled()
    assert not first.done()
    assert not passing.done()
    over[2.0].set()
    await asyncio.gather(first, second, passing)


async def test_who_is_cut_off_at_rest_leaves_it_open() -> None:
    gate = Gate(lambda _seconds: asyncio.Event().wait())  # type: ignore[arg-type,return-value]
    resting = asyncio.ensure_future(gate.rest(1))
    await _settled()
    resting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await resting
    await gate.wait()
