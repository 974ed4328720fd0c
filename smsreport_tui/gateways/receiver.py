"""Takes a vendor's calls: looks whether each is meant for us, keeps it in the store, and only then answers."""

import asyncio
import hmac
import logging
from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from smsreport_tui.gateways.calls import Call, CallRefusedError, CallTaker, encode_call
from smsreport_tui.rules.errors import StoreError
from storage.letterbox import CALLS, Letter, Letterbox

LARGEST = 64 * 1024
"""Bytes of a call's body."""
SECONDS = 20.0
"""So long a caller may take to say what it wants."""
MOST_WAITING = 5_000
"""Calls that wait for the store; the next is asked to come again."""
TRY_AGAIN = "30"
"""Seconds after which a caller may try again."""
HEALTH = "health"

_log = logging.getLogger(__name__)


class Keeper:
    """Writes calls to the letterbox: those that come while one is being written go together with the next."""

    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, content: bytes) -> None:
        """Returns when the call is on the disk. Raises StoreError."""
        if len(self._waiting) >= MOST_WAITING:
            raise StoreError("More calls come than the store can take: they are asked to come again.")
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((content, kept))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await kept

    async def _write(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            problem: Exception | None = None
            try:
                await asyncio.to_thread(self._letterbox.post, [Letter(CALLS, content) for content, _ in taken])
            except Exception as error:  # noqa: BLE001 - whatever it is, each caller must hear that it was not kept
                problem = error
            _tell((future for _, future in taken), problem)


def _tell(futures: Iterable["asyncio.Future[None]"], problem: Exception | None) -> None:
    for future in futures:
        # A caller may have gone meanwhile.
        if future.done():
            continue
        if problem is None:
            future.set_result(None)
        else:
            future.set_exception(problem)


class Receiver:
    """The ASGI application `app`; everything stands behind the secret, and nothing else is there.

    `public` is the address that vendors call it by, without the secret, where that is not the one it listens on.
    """

    def __init__(self, letterbox: Letterbox, taker: CallTaker, secret: str, public: str | None = None) -> None:
        self._keeper = Keeper(letterbox)
        self._taker = taker
        self._secret = secret.encode()
        self._public = public and public.rstrip("/")
        methods = ["GET", "POST", "HEAD"]
        self.app = Starlette(routes=[Route("/{secret}/{path:path}", self._take, methods=methods)])
        self.app.router.redirect_slashes = False
        self.app.add_exception_handler(404, _nothing)
        self.app.add_exception_handler(405, _nothing)

    async def _take(self, request: Request) -> Response:
        given, path = request.path_params["secret"], request.path_params["path"]
        if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._secret):
            return Response(status_code=404)
        if path == HEALTH:
            return Response("ok\n", media_type="text/plain")
        if request.method == "HEAD":
            return Response(status_code=404)
        try:
            async with asyncio.timeout(SECONDS):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if body is None:
            return Response(status_code=413)
        return await self._keep(self._call(request, path, body))

    async def _keep(self, call: Call) -> Response:
        try:
            self._taker.check(call)
            await self._keeper.keep(encode_call(call))
        except CallRefusedError as error:
            _log.warning("A call was refused: %s", error)
            return Response(status_code=error.status)
        except Exception as error:  # noqa: BLE001 - a caller hears that it must come again, whatever is wrong here
            _log.warning(
                "A call could not be kept: %s", error if isinstance(error, StoreError) else type(error).__name__
            )
            return Response(status_code=503, headers={"Retry-After": TRY_AGAIN})
        kind, content = self._taker.answer(call)
        return Response(content, media_type=kind)

    def _call(self, request: Request, path: str, body: bytes) -> Call:
        raw = request.scope["raw_path"].decode("latin-1")
        query = request.scope["query_string"].decode("latin-1")
        base = self._public or f"{request.url.scheme}://{request.url.netloc}"
        header = self._taker.signature_header
        return Call(
            method=request.method,
            path=path,
            query=query,
            url=f"{base}{raw}?{query}" if query else f"{base}{raw}",
            content_type=request.headers.get("content-type", ""),
            signature=request.headers.get(header, "") if header else "",
            body=body,
        )


async def _body(request: Request) -> bytes | None:
    """All of it, or None where it is too large."""
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > LARGEST:
            return None
    return bytes(taken)


async def _nothing(_: Request, error: Exception) -> Response:
    return Response(status_code=getattr(error, "status_code", 404))
