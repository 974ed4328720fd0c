"""The app in a browser: textual-serve behind a token, on a page that loads nothing from elsewhere."""

import asyncio
import contextlib
import hmac
import signal
import weakref
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

HERE = Path(__file__).parent
COOKIE = "smsreport"
CLOSING_SECONDS = 10.0
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:;"
    # The terminal in the page writes its own styles.
    " style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_REFUSED = "Open the address that `smsreport serve` printed: it holds the token."

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BrowserServer(Server):
    """Serves one program to whoever knows the token; each page has a process of its own, which ends with the page."""

    def __init__(self, command: str, token: str, title: str) -> None:
        super().__init__(command, title=title, templates_path=str(HERE))
        self._token = token
        self._pages: weakref.WeakSet[web.WebSocketResponse] = weakref.WeakSet()

    async def run(self, host: str, port: int, ready: Callable[[str], None], ended: asyncio.Event) -> None:
        """Serves until `ended` is set; `ready` gets the address with its token. Raises OSError for a taken port."""
        runner = web.AppRunner(await self._make_app(), access_log=None, shutdown_timeout=CLOSING_SECONDS)
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port)
            await site.start()
            ready(f"http://{_spoken(host)}:{runner.addresses[0][1]}/?token={self._token}")
            await ended.wait()
        finally:
            await runner.cleanup()

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guarded])
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(HERE), autoescape=True)
        app.add_routes(
            [
                web.get("/", self.handle_index, name="index"),
                web.get("/ws", self.handle_websocket, name="websocket"),
                *(web.get(f"/{name}", _file(name)) for name in ("page.css", "page.js")),
                web.get("/download/{key}", self.handle_download, name="download"),
                web.static("/static", self.statics_path, name="static"),
            ]
        )
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002
        for page in set(self._pages):
            with contextlib.suppress(ConnectionError):
                await page.close()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.query.get("token", "") or request.cookies.get(COOKIE, "")
        if not hmac.compare_digest(given.encode(), self._token.encode()) or not _from_own_page(request):
            return web.Response(status=403, text=_REFUSED, headers=_HEADERS)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
            response.set_cookie(COOKIE, self._token, httponly=True, samesite="Strict", path="/")
        return response

    @aiohttp_jinja2.template("page.html")
    async def handle_index(self, request: web.Request) -> dict[str, Any]:
        font_size = to_int(request.query.get("fontsize", "16"), 16)
        return {
            "font_size": font_size,
            "app_websocket_url": f"ws://{request.host}/ws",
            "config": {"static": {"url": "/static/"}},
            "application": {"name": self.title},
        }

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        page = web.WebSocketResponse(heartbeat=15)
        await page.prepare(request)
        self._pages.add(page)
        service = _Program(
            self.command,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=page.close,  # type: ignore[arg-type]
            download_manager=self.download_manager,
        )
        size = (to_int(request.query.get(name, ""), usual) for name, usual in (("width", 80), ("height", 24)))
        try:
            await service.start(*size)
            # The page went away in the middle of a message.
            with contextlib.suppress(ConnectionError, ValueError, TypeError, KeyError, IndexError, AssertionError):
                await self._process_messages(page, service)
        finally:
            await asyncio.shield(service.end())
        return page


class _Program(AppService):
    """The app behind one page."""

    async def end(self) -> None:
        """Asks it to quit, then tells it to, then ends it."""
        for wish in (self.stop, self._tell, self._kill):
            try:
                await asyncio.wait_for(wish(), CLOSING_SECONDS / 2)
            except (TimeoutError, ConnectionError):
                continue
            if self._process is None or self._process.returncode is not None:
                return

    async def _tell(self) -> None:
        await self._signal(signal.SIGTERM)

    async def _kill(self) -> None:
        await self._signal(signal.SIGKILL)

    async def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)
            await self._process.wait()


def _from_own_page(request: web.Request) -> bool:
    """Whether no other site's page sent the request: a browser names the sender's origin where it matters."""
    origin = request.headers.get("Origin")
    return origin is None or origin == f"http://{request.host}"


def _file(name: str) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(HERE / name)

    return answer


def _spoken(host: str) -> str:
    return f"[{host}]" if ":" in host else host
