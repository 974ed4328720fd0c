"""The pace of requests: no more a second than a gateway takes, and batches that leave before their claim ends."""

import asyncio

import pytest

from smsreport_tui.services.pace import BATCH_SECONDS, Pace


@pytest.mark.parametrize(("rate", "most"), [(None, 64), (50.0, 64), (2.0, 30), (0.1, 1)])
def test_a_batch_is_what_may_leave_in_time(rate: float | None, most: int) -> None:
    async def no_wait(_: float) -> None:
        """Nothing is waited for."""

    batch = Pace(rate, no_wait).batch(64)
    assert batch == most
    assert rate is None or batch == 1 or batch / rate <= BATCH_SECONDS


async def test_requests_leave_a_gap_apart_in_the_order_of_asking() -> None:
    waits: list[float] = []

    async def take_down(seconds: float) -> None:
        waits.append(seconds)

    pace = Pace(10.0, take_down)
    await asyncio.gather(*(pace.wait() for _ in range(5)))
    # The first leaves at once; the clock goes on a little between the calls.
    assert len(waits) == 4
    assert all(place * 0.1 - 0.05 < wait <= place * 0.1 for place, wait in enumerate(waits, 1))


async def test_without_a_limit_nobody_waits() -> None:
    async def refuse(_: float) -> None:
        raise AssertionError("nobody should wait")

    await asyncio.gather(*(Pace(None, refuse).wait() for _ in range(3)))
