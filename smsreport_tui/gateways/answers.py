"""Reads an answer's body within a limit."""

import httpx


class TooLargeError(Exception):
    """The answer is larger than it may be."""


async def read_body(response: httpx.Response, largest: int) -> bytes:
    """The whole body of a streamed answer. Raises TooLargeError."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > largest:
            raise TooLargeError
        chunks.append(chunk)
    return b"".join(chunks)
