"""The segments of the open feed protocol: replaced, filled batch by batch, put in force (rules.md 6).

Each of the three requests may be repeated: the same batch again changes nothing. So a lost answer is asked for again.
"""

from collections.abc import Sequence

import httpx
import msgspec

from smsreport_tui.gateways.answers import TooLargeError, problem_reason, read_body
from smsreport_tui.gateways.asking import Asker, Check, TryAgainError, judge_any
from smsreport_tui.gateways.interface import SegmentLostError
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import GatewayError

DEADLINE = 60.0
"""Seconds that one request may take in all."""
_LARGEST = 2**20


class _Segment(msgspec.Struct):
    id: str
    members: int
    committed: bool


class FeedSegments:
    """The segments of the gateway at a URL."""

    def __init__(self, client: httpx.AsyncClient, url: str, clock: Clock, asker: Asker) -> None:
        self._client = client
        self._url = url
        self._clock = clock
        self._asker = asker

    async def put(self, segment_id: str, name: str, description: str) -> None:
        """Create or replace, empty. Raises GatewayError."""

        async def check(body: bytes) -> None:
            _read(body, segment_id)

        await self._ask("PUT", segment_id, {"name": name, "description": description}, check)

    async def put_members(self, segment_id: str, batch: int, profile_ids: Sequence[str]) -> None:
        """Add one numbered batch. Raises GatewayError, SegmentLostError."""
        await self._ask("PUT", f"{segment_id}/members/{batch}", {"profile_ids": list(profile_ids)}, None)

    async def commit(self, segment_id: str, members: int) -> None:
        """Put the uploaded members in force. Raises GatewayError, SegmentLostError."""

        async def check(body: bytes) -> None:
            found = _read(body, segment_id)
            if not found.committed or found.members != members:
                raise SegmentLostError(self._lost(f"it has {found.members} people in force"))

        await self._ask("POST", f"{segment_id}/commit", {"members": members}, check)

    async def _ask(self, method: str, path: str, content: dict[str, object], check: Check | None) -> None:
        url, body = f"{self._url}/v1/segments/{path}", msgspec.json.encode(content)

        def build() -> httpx.Request:
            return self._client.build_request(method, url, content=body, headers={"Content-Type": "application/json"})

        try:
            await self._asker.ask(build, self._judge, check, seconds=DEADLINE, largest=_LARGEST)
        except TooLargeError as error:
            raise GatewayError(f"What the gateway at {self._url} says of a segment is too large to read.") from error

    async def _judge(self, response: httpx.Response) -> None:
        status = response.status_code
        if response.is_success:
            return
        judge_any(response, self._url, self._clock.now())
        reason = problem_reason(status, await read_body(response, _LARGEST))
        if status in (404, 409):
            raise SegmentLostError(self._lost(reason))
        if status == 402:
            raise GatewayError(f"The gateway at {self._url} has no credits left: {reason}. Buy some, then push again.")
        raise GatewayError(
            f"The gateway at {self._url} does not take the segment: {reason}. Change it, or ask the gateway's operator."
        )

    def _lost(self, reason: str) -> str:
        return f"The gateway at {self._url} does not have the segment as it was uploaded: {reason}. Push it again."


def _read(body: bytes, segment_id: str) -> _Segment:
    try:
        found = msgspec.json.decode(body, type=_Segment)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise TryAgainError("its answer can not be read") from error
    if found.id != segment_id:
        raise TryAgainError("its answer is about another segment")
    return found
