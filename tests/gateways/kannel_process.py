"""The real Kannel, bearerbox and smsbox, on loopback: started with its own configuration, killed, started again."""

import contextlib
import http.client
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.gateways.ports import free_port
from tests.require import require

USER, PASSWORD = "shop", "pass-w0rd-of-kannel"
PATIENCE = 20.0
"""Seconds for a box to come up."""
_CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = x
admin-interface = 127.0.0.1
smsbox-port = {boxes}
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
dlr-storage = internal
log-file = "{folder}/bearerbox.log"
log-level = 0

group = smsc
smsc = smpp
smsc-id = operator
host = 127.0.0.1
port = {smsc}
smsc-username = u
smsc-password = p
system-type = ""
transceiver-mode = true
reconnect-delay = 1
source-addr-ton = 5
source-addr-npi = 0
dest-addr-ton = 1
dest-addr-npi = 1
msg-id-type = 0x00
validityperiod = 1440

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
log-file = "{folder}/smsbox.log"
log-level = 0
http-request-retry = 60
http-queue-delay = 1

group = sendsms-user
username = {user}
password = {password}
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = yes
max-messages = 0
get-url = "{receiver}/mo?from=%p&to=%P&text=%b&charset=%C&at=%T&id=%I"
"""


@dataclass
class Kannel:
    """Both boxes; `url` is where messages are sent by, `receiver` where they call to."""

    folder: Path
    smsc_port: int
    receiver: str
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in ("admin", "boxes", "sendsms")})
    boxes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['sendsms']}/cgi-bin/sendsms"

    def start(self) -> None:
        """Both, and wait until they answer."""
        file = self.folder / "kannel.conf"
        filled = {"user": USER, "password": PASSWORD, "smsc": self.smsc_port, "receiver": self.receiver}
        file.write_text(_CONFIGURATION.format(folder=self.folder, **filled, **self.ports))
        for name, port in (("bearerbox", "admin"), ("smsbox", "sendsms")):
            with (self.folder / f"{name}.out").open("ab") as out:
                self.boxes[name] = self._popen(name, file, out)
            _wait_for(self.ports[port], f"{name} answers")

    def kill(self) -> None:
        """Both at once, with what they kept in memory."""
        for box in self.boxes.values():
            box.kill()
            box.wait()
        self.boxes.clear()

    def _popen(self, name: str, file: Path, out: IO[bytes]) -> "subprocess.Popen[bytes]":
        path = shutil.which(name) or f"/usr/sbin/{name}"
        return subprocess.Popen([path, str(file)], stdout=out, stderr=out, cwd=self.folder)


def _wait_for(port: int, what: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/status.txt")
            connection.getresponse().read()
            return
        time.sleep(0.02)
    raise TimeoutError(f"waited {PATIENCE} s until {what}")


def require_kannel() -> None:
    """Skips, or fails where the continuous integration says that it must be here."""
    found = all(shutil.which(name) or Path(f"/usr/sbin/{name}").exists() for name in ("bearerbox", "smsbox"))
    require("kannel", found=found, reason="Debian's package kannel is not installed (bearerbox, smsbox)")


@contextlib.contextmanager
def kannel(folder: Path, smsc_port: int, receiver: str) -> Iterator[Kannel]:
    """A running Kannel."""
    folder.mkdir(parents=True, exist_ok=True)
    opened = Kannel(folder, smsc_port, receiver)
    opened.start()
    try:
        yield opened
    finally:
        opened.kill()
