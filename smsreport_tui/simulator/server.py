"""The HTTP side of the simulator: every operation of feed.yaml, on Starlette."""

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from smsreport_tui.rules.amounts import format_credits
from smsreport_tui.simulator.desk import Desk
from smsreport_tui.simulator.malformed import bad_beside
from smsreport_tui.simulator.problems import ProblemError, problem
from smsreport_tui.simulator.segments import Segments
from smsreport_tui.simulator.stream import Stream, UnknownCursorError
from smsreport_tui.simulator.wire import (
    ActivityItem,
    Commit,
    EventItem,
    Members,
    NewActivity,
    NewSegment,
    ProfileItem,
    SendRequest,
)
from smsreport_tui.simulator.world import VENDOR, World

CAPABILITIES = {
    "send": True,
    "find": True,
    "clicks": True,
    "opt_outs": True,
    "profiles": True,
    "segments": True,
    "create_activity": True,
    "credits": True,
    "max_per_second": 50,
}
_KEY = re.compile(r"[A-Za-z0-9_:.-]{1,300}")
_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_LIMIT = re.compile(r"[1-9][0-9]{0,3}")
_RETRY_AFTER = "5"

Body = TypeVar("Body")
Endpoint = Callable[[Request], Awaitable[Response]]
Told = TypeVar("Told", ActivityItem, ProfileItem, EventItem)


class Server:
    """Answers for one world; `malformed` puts bad items between the good ones, `picky` refuses some messages."""

    def __init__(self, world: World, token: str | None = None, *, malformed: bool = False, picky: bool = False) -> None:
        self.world = world
        self.segments = Segments()
        self.desk = Desk(world, self.segments, picky=picky)
        self._token = token
        self._malformed = malformed

    def app(self) -> Starlette:
        """The ASGI application."""
        routes = [
            Route("/v1/info", self._guarded(self._info), methods=["GET"]),
            Route("/v1/activities", self._guarded(self._activities), methods=["GET"]),
            Route("/v1/activities", self._guarded(self._create), methods=["POST"]),
            Route("/v1/profiles", self._guarded(self._profiles), methods=["GET"]),
            Route("/v1/events", self._guarded(self._events), methods=["GET"]),
            Route("/v1/messages", self._guarded(self._send), methods=["POST"]),
            Route("/v1/messages", self._guarded(self._find), methods=["GET"]),
            Route("/v1/segments/{id}", self._guarded(self._put_segment), methods=["PUT"]),
            Route("/v1/segments/{id}/members/{batch}", self._guarded(self._put_members), methods=["PUT"]),
            Route("/v1/segments/{id}/commit", self._guarded(self._commit), methods=["POST"]),
            Route("/v1/balance", self._guarded(self._balance), methods=["GET"]),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _no_route})

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not token.strip() or token.strip() != (self._token or token.strip()):
                return problem(401, "a bearer token is needed", WWW_Authenticate="Bearer")
            try:
                return await endpoint(request)
            except ProblemError as refused:
                return problem(refused.status, refused.detail, **refused.headers)

        return answer

    async def _info(self, _: Request) -> Response:
        return _json(
            {
                "protocol": "smsreport-feed/1",
                "name": "SMS Report simulator",
                "vendor": VENDOR,
                "capabilities": CAPABILITIES,
            }
        )

    async def _activities(self, request: Request) -> Response:
        return await self._page(request, self.world.activities)

    async def _profiles(self, request: Request) -> Response:
        return await self._page(request, self.world.profiles)

    async def _events(self, request: Request) -> Response:
        return await self._page(request, self.world.events, retry_after=True)

    async def _page(self, request: Request, stream: Stream[Told], *, retry_after: bool = False) -> Response:
        cursor = request.query_params.get("cursor")
        limit = request.query_params.get("limit", "1000")
        if _LIMIT.fullmatch(limit) is None or int(limit) > 5000:
            raise ProblemError(400, "limit: a number from 1 to 5000")
        now = self.world.advance()
        try:
            items, following, more = await run_in_threadpool(stream.read, cursor, int(limit), now)
        except UnknownCursorError as error:
            raise ProblemError(400, "cursor: none of this stream") from error
        headers = {"Retry-After": _RETRY_AFTER} if retry_after and not items else {}
        body = await run_in_threadpool(self._page_body, items, following, more)
        return Response(body, 200, headers, "application/json")

    def _page_body(self, items: list[Told], following: str, more: bool) -> bytes:
        encoded: list[msgspec.Raw | Told] = []
        for item in items:
            encoded.append(item)
            bad = bad_beside(item, self.world.config.seed) if self._malformed else None
            if bad is not None:
                encoded.append(msgspec.Raw(bad))
        return msgspec.json.encode({"items": encoded, "next_cursor": following, "has_more": more})

    async def _create(self, request: Request) -> Response:
        key, body = _key(request), await _body(request, NewActivity)
        if not all(_ID.fullmatch(one) for one in (*body.include, *body.exclude)):
            raise ProblemError(422, "include and exclude hold segment ids")
        item, replayed = await run_in_threadpool(self.desk.create, key, body)
        return _json(item, 200 if replayed else 202)

    async def _send(self, request: Request) -> Response:
        key, body = _key(request), await _body(request, SendRequest)
        accepted, replayed = self.desk.send(key, body)
        return _json(accepted, 200 if replayed else 202)

    async def _find(self, request: Request) -> Response:
        key = request.query_params.get("idempotency_key", "")
        if _KEY.fullmatch(key) is None:
            raise ProblemError(400, "idempotency_key: missing or malformed")
        return _json(self.desk.find(key))

    async def _put_segment(self, request: Request) -> Response:
        segment, body = _segment(request), await _body(request, NewSegment)
        return _json(self.segments.put(segment, body.name))

    async def _put_members(self, request: Request) -> Response:
        segment, batch = _segment(request), str(request.path_params["batch"])
        if not (batch.isascii() and batch.isdigit() and int(batch[:8]) <= 1_000_000):
            raise ProblemError(400, "batch: a number from 0 to 1000000")
        self.segments.put_batch(segment, int(batch), await _body(request, Members))
        return Response(status_code=204)

    async def _commit(self, request: Request) -> Response:
        segment, body = _segment(request), await _body(request, Commit)
        return _json(self.segments.commit(segment, body.members))

    async def _balance(self, _: Request) -> Response:
        return _json({"credits": format_credits(self.desk.balance)})


def _json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")


async def _body(request: Request, kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.ValidationError as error:
        raise ProblemError(422, str(error)) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ProblemError(400, "the body is no JSON") from error


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if _KEY.fullmatch(key) is None:
        raise ProblemError(400, "Idempotency-Key: missing or malformed")
    return key


def _segment(request: Request) -> str:
    segment = str(request.path_params["id"])
    if _ID.fullmatch(segment) is None:
        raise ProblemError(400, "id: malformed")
    return segment


async def _no_route(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return problem(status, "there is nothing at this address", **{k.replace("-", "_"): v for k, v in headers.items()})
