"""A gateway that only hands out pages made beforehand, in a process of its own: `python -m benchmarks.gateway FOLDER`.

Each folder below FOLDER is a feed under its own name: `http://HOST:PORT/NAME` is its base address, its events are the
files 1.json, 2.json ..., and a file `wait` in it holds the milliseconds that each of its pages takes.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from smsreport_tui.gateways.feed import PROTOCOL
from smsreport_tui.simulator.server import CAPABILITIES
from smsreport_tui.simulator.world import VENDOR

_INFO = {"protocol": PROTOCOL, "name": "pages", "vendor": VENDOR, "capabilities": {**CAPABILITIES, "profiles": False}}


def _answer(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")


def _empty(cursor: str) -> Response:
    return _answer({"items": [], "next_cursor": cursor, "has_more": False})


def _app(folder: Path) -> Starlette:
    waits = {one.parent.name: int(one.read_text()) / 1000 for one in folder.glob("*/wait")}

    async def info(_: Request) -> Response:
        return _answer(_INFO)

    async def activities(_: Request) -> Response:
        return _empty("0")

    async def events(request: Request) -> Response:
        name, cursor = request.path_params["name"], request.query_params.get("cursor", "0")
        await asyncio.sleep(waits.get(name, 0.0))
        page = folder / name / f"{int(cursor) + 1}.json"
        return Response(page.read_bytes(), media_type="application/json") if page.exists() else _empty(cursor)

    found = {"info": info, "activities": activities, "events": events}
    return Starlette(routes=[Route(f"/{{name}}/v1/{path}", endpoint) for path, endpoint in found.items()])


def lay_out(folder: Path, pages: Sequence[bytes], wait_ms: int = 0) -> None:
    """A feed of these pages, each of which takes so long."""
    folder.mkdir()
    for number, page in enumerate(pages, 1):
        (folder / f"{number}.json").write_bytes(page)
    (folder / "wait").write_text(str(wait_ms))


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a gateway over this folder, while the block runs."""
    command = [sys.executable, "-m", "benchmarks.gateway", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.kill()


def main(folder: Path) -> None:
    """Serve until killed; the first line says where."""
    # Of a socket that says no protocol asyncio does not know that it is TCP: small answers would wait for 40 ms.
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(_app(folder), log_config=None, access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
