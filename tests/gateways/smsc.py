"""An operator's SMSC over SMPP 3.4 on loopback, whose fates go by the number's last digit.

0, 1, 9 delivered; 2 undeliverable with err:001; 3 expired with err:027; 4 undeliverable for now (err:031) twice, then
delivered; 5 refused at submit; 6, 7 and 8 delivered, and the person answers: STOP, a Swedish word in the letters of GSM
03.38, and the same with an emoji before it, which makes it UCS-2.
"""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import smpp34

from smsreport_tui.rules.gsm import BASIC
from tests.gateways.ports import free_port

_RECEIPT = 0x04
_UCS2 = 8
_ESCAPE = 0x1B
_MOMENT = 0.1
_ANSWERS = {
    "6": (b"Stop", 0),
    "7": (b"Avanm\x7bl", 0),
    "8": ("👋 avanmäl".encode("utf-16-be"), _UCS2),
}


@dataclass
class Smsc:
    """What has come in; `port` is where it listens. Only its own thread changes it.

    While it is `silent` it takes messages and tells nothing of them, now or later.
    """

    port: int
    submitted: list[tuple[str, str]] = field(default_factory=list)
    bound: threading.Event = field(default_factory=threading.Event)
    silent: bool = False

    def to(self, number: str) -> list[str]:
        """The texts that were submitted for a number, given as E.164."""
        return [text for one, text in self.submitted if one == number]


@contextlib.contextmanager
def smsc() -> Iterator[Smsc]:
    """A running SMSC."""
    opened = Smsc(free_port())
    loop = asyncio.new_event_loop()
    ready, ended = threading.Event(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(_serve(opened, ready, ended),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield opened
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()


async def _serve(opened: Smsc, ready: threading.Event, ended: asyncio.Event) -> None:
    server = smpp34.Server(host="127.0.0.1", port=opened.port, system_id="operator")
    await server.start()
    ready.set()
    tries: Counter[str] = Counter()
    sessions: list[smpp34.Esme] = []
    end = asyncio.ensure_future(ended.wait())
    while not end.done():
        coming = asyncio.ensure_future(server.next())
        await asyncio.wait({coming, end}, return_when=asyncio.FIRST_COMPLETED)
        if not coming.done():
            coming.cancel()
            break
        event = coming.result()
        if isinstance(event, smpp34.Esme):
            sessions = [event]
            opened.bound.set()
        elif isinstance(event, smpp34.Unbound):
            sessions = []
            opened.bound.clear()
        else:
            await _take(opened, event, sessions, tries)
    await server.stop()


async def _take(opened: Smsc, event: smpp34.SubmitSmEvent, sessions: list[smpp34.Esme], tries: Counter[str]) -> None:
    number, last = event.destination_addr, event.destination_addr[-1:]
    if last == "5":
        event.reject(0x0B)
        return
    opened.submitted.append((f"+{number.lstrip('+')}", _text(event.short_message, event.data_coding)))
    tries[number] += 1
    message = f"{len(opened.submitted):x}"
    event.accept(message)
    if opened.silent:
        return
    # A handset takes a moment: a receipt that overtakes the answer to its submit is of a message that nobody knows.
    await asyncio.sleep(_MOMENT)
    state, error = _fate(last, tries[number])
    await _tell(sessions, number, event.source_addr, _receipt(message, state, error), esm_class=_RECEIPT)
    if last in _ANSWERS:
        await _tell(sessions, number, event.source_addr, *_ANSWERS[last])


def _text(content: bytes, coding: int) -> str:
    if coding == _UCS2:
        return content.decode("utf-16-be")
    # The table leaves out its escape, 0x1B.
    table = f"{BASIC[:_ESCAPE]} {BASIC[_ESCAPE:]}"
    return "".join(table[one] for one in content)


def _fate(last: str, tries: int) -> tuple[str, str]:
    if last == "2":
        return "UNDELIV", "001"
    if last == "3":
        return "EXPIRED", "027"
    return ("UNDELIV", "031") if last == "4" and tries <= 2 else ("DELIVRD", "000")


def _receipt(message: str, state: str, error: str) -> bytes:
    day = "2603021201"
    return f"id:{message} sub:001 dlvrd:001 submit date:{day} done date:{day} stat:{state} err:{error} text:".encode()


async def _tell(
    sessions: list[smpp34.Esme], number: str, to: str, text: bytes, coding: int = 0, *, esm_class: int = 0
) -> None:
    for session in sessions:
        await session.deliver_sm(
            source_addr=number,
            destination_addr=to,
            short_message=text,
            esm_class=esm_class,
            data_coding=coding,
            source_addr_ton=1,
            source_addr_npi=1,
        )
