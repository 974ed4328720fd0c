"""Read by Python when it starts with this folder on its path: what would go to a thread is done at once."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def _at_once(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    return function(*args, **kwargs)


asyncio.to_thread = _at_once
