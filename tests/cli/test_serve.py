"""The app in a browser: who gets in, what the page loads, and that a page's program ends with it."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from smsreport_tui.paths import own_command

FOREIGN = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SMSREPORT_")}
    return {**kept, **homes, "HOME": str(tmp_path), "SMSREPORT_STORE": str(tmp_path / "store.db")}


@contextlib.contextmanager
def serving(environment: dict[str, str], *words: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The address that `serve` prints, with its token, and its process."""
    process = subprocess.Popen(
        own_command("serve", *words), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), process.stderr.read() if process.stderr else ""
        yield line.removeprefix("ready ").strip(), process
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def test_nothing_without_the_token(environment: dict[str, str], client: aiohttp.ClientSession) -> None:
    with serving(environment) as (address, _):
        base = address.partition("/?")[0]
        for path in ("/", "/?token=wrong", "/static/js/textual.js", "/page.css", "/ws", "/download/x", "/else"):
            async with client.get(base + path) as answer:
                assert answer.status == 403, path
                assert "smsreport serve" in await answer.text()
                assert not answer.cookies


async def test_the_page_sets_a_cookie_and_loads_nothing_from_elsewhere(
    environment: dict[str, str], client: aiohttp.ClientSession
) -> None:
    with serving(environment) as (address, _):
        async with client.get(address) as answer:
            assert answer.status == 200
            page = await answer.text()
            assert not FOREIGN.search(page)
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            cookie = answer.cookies["smsreport"]
            assert cookie["httponly"]
            assert cookie["samesite"] == "Strict"
        base = address.partition("/?")[0]
        for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
            async with client.get(base + path) as answer:
                assert answer.status == 200, path


async def test_another_sites_page_is_refused(environment: dict[str, str], client: aiohttp.ClientSession) -> None:
    with serving(environment) as (address, _):
        async with client.get(address) as answer:
            assert answer.status == 200
        socket = address.partition("/?")[0] + "/ws"
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(socket, origin="http://evil.example")
        assert refused.value.status == 403


async def painted(socket: aiohttp.ClientWebSocketResponse, words: bytes) -> bytes:
    """Reads on until the words have come."""
    seen = b""
    async with asyncio.timeout(60):
        while words not in seen:
            message = await socket.receive()
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), message
            seen += message.data if isinstance(message.data, bytes) else message.data.encode()
    return seen


def processes_of(group: str) -> list[int]:
    """The processes whose command line names the store."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and group in (entry / "environ").read_bytes().decode(errors="replace"):
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the processes from /proc")
@pytest.mark.parametrize("how", ["page", "server", "killed"])
async def test_the_program_ends_with_its_page_and_with_the_server(
    how: str, environment: dict[str, str], client: aiohttp.ClientSession
) -> None:
    mark = f"SMSREPORT_MARK={os.urandom(8).hex()}"
    environment |= dict([mark.split("=")])
    with serving(environment) as (address, server):
        async with client.get(address) as answer:
            assert answer.status == 200
        socket = await client.ws_connect(address.partition("/?")[0] + "/ws?width=100&height=30")
        await painted(socket, b"No gateway is set up")
        assert len(processes_of(mark)) >= 2
        if how == "page":
            await socket.close()
        elif how == "server":
            server.terminate()
        else:
            server.kill()
        left = 1 if how == "page" else 0
        async with asyncio.timeout(60):
            while len(processes_of(mark)) > left:  # noqa: ASYNC110 - other processes tell nobody when they end
                await asyncio.sleep(0.05)
        await socket.close()


async def test_interrupted_by_hand_is_130(environment: dict[str, str]) -> None:
    with serving(environment) as (_, server):
        server.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(server.wait, 30) == 130


def test_a_taken_port_says_so(environment: dict[str, str]) -> None:
    with serving(environment) as (address, _):
        port = re.findall(r":(\d+)/", address)[0]
        done = subprocess.run(
            own_command("serve", "--port", port), env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "choose another --port" in done.stderr
        assert "Traceback" not in done.stderr
