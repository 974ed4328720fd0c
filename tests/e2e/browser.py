"""A headless Chromium, driven over its own debugging protocol: what its page receives is read as a terminal is."""

# ruff: noqa: ASYNC110, ASYNC220, ASYNC240 - the browser is another process, and tells its port by a file

import asyncio
import base64
import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pyte

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 90.0


def chromium() -> str | None:
    """The browser of this machine, if it has one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One page: keys go in, the frames of its web socket are read, and the addresses that it asks for are kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, columns: int = 300, lines: int = 100) -> None:
        self._socket = socket
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.asked: list[str] = []
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._reader = asyncio.create_task(self._read())

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """The result of a command of the protocol."""
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        return await asyncio.wait_for(answer, PATIENCE)

    async def press(self, text: str) -> None:
        """Types one character, or Enter."""
        code = {"\r": "Enter"}.get(text, text)
        event = {"key": code, "text": text, "windowsVirtualKeyCode": 13 if text == "\r" else 0}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **event)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def text(self) -> str:
        """What the terminal in the page shows."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    async def wait(self, name: str, holds: Callable[[str], bool]) -> None:
        """Waits until the screen holds the condition; fails with its name and the screen."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds(self.text()):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {name}:\n{self.text()}") from None

    async def _read(self) -> None:
        async for message in self._socket:
            event = message.json()
            if "id" in event:
                self._answers.pop(event["id"]).set_result(event.get("result", event))
                continue
            about = event.get("params", {})
            match event.get("method"):
                case "Network.requestWillBeSent":
                    self.asked.append(about["request"]["url"])
                case "Network.webSocketCreated":
                    self.asked.append(about["url"])
                case "Network.webSocketFrameReceived" if about["response"]["opcode"] == 2:
                    self._stream.feed(base64.b64decode(about["response"]["payloadData"]))

    async def close(self) -> None:
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader


@contextlib.asynccontextmanager
async def browser_page(command: str) -> AsyncIterator[Page]:
    """An empty page of a fresh browser."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        words += ["--remote-debugging-port=0", f"--user-data-dir={folder}", "--window-size=1200,800", "about:blank"]
        process = subprocess.Popen([command, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            port = await _port(Path(folder) / "DevToolsActivePort", process)
            async with aiohttp.ClientSession() as client:
                async with client.get(f"http://127.0.0.1:{port}/json/list") as answer:
                    pages = [one for one in await answer.json(content_type=None) if one["type"] == "page"]
                address = pages[0]["webSocketDebuggerUrl"]
                async with client.ws_connect(address, max_msg_size=0) as socket:
                    page = Page(socket)
                    for method in ("Network.enable", "Page.enable"):
                        await page.call(method)
                    yield page
                    await page.close()
        finally:
            process.terminate()
            process.wait(30)


async def _port(file: Path, process: "subprocess.Popen[bytes]") -> int:
    async with asyncio.timeout(PATIENCE):
        while not (file.exists() and file.read_text().strip()):
            assert process.poll() is None, "the browser ended"
            await asyncio.sleep(0.05)
    return int(file.read_text().splitlines()[0])
