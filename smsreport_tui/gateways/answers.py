"""Reads an answer's body within a limit, and why a request was refused."""

import httpx
import msgspec

from smsreport_tui.rules.text import shown

_LONGEST_REASON = 200


class _Problem(msgspec.Struct):
    title: str = ""
    detail: str = ""


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


def problem_reason(status: int, body: bytes) -> str:
    """Why a request was refused, in the gateway's words where it has any (RFC 9457), fit for the screen."""
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        problem = _Problem()
    said = problem.detail or problem.title
    return f"{shown(said, _LONGEST_REASON)} ({status})" if said else f"It says {status}."
