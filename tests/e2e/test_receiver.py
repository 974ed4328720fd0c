"""The receiver as a process: what it has answered is in the store, however it ends, and its secret stays its own."""

import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.e2e.receiving import kept_queries, receiving, start

PATIENCE = 30.0


def until(what: str, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited {PATIENCE} s until {what}"
        time.sleep(0.01)


def refuses(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) != 0


def test_what_it_has_answered_is_in_the_store_when_it_is_killed(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver, ThreadPoolExecutor(20) as callers:
        with httpx.Client() as client:
            answers = list(callers.map(lambda n: client.get(f"{receiver.address}/dlr?n={n}").status_code, range(200)))
        receiver.process.kill()
        receiver.process.wait(30)
    assert answers == [200] * 200
    assert sorted(kept_queries(tmp_path)) == sorted(f"n={n}" for n in range(200))


def test_what_is_answered_while_it_is_being_killed_is_in_the_store(tmp_path: Path) -> None:
    answered: list[str] = []

    def call_until_it_ends(caller: int) -> None:
        with httpx.Client() as client:
            for number in range(10_000):
                query = f"n={caller}-{number}"
                try:
                    status = client.get(f"{receiver.address}/dlr?{query}").status_code
                except httpx.TransportError:
                    return
                if status == 200:
                    answered.append(query)

    with receiving(tmp_path) as receiver, ThreadPoolExecutor(8) as callers:
        calling = [callers.submit(call_until_it_ends, caller) for caller in range(8)]
        until("some calls are answered", lambda: len(answered) > 100)
        receiver.process.kill()
        for one in calling:
            one.result(PATIENCE)
    assert set(answered) <= set(kept_queries(tmp_path))


def test_a_call_under_way_is_taken_when_it_is_told_to_end(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver, socket.create_connection(("127.0.0.1", receiver.port), 30) as caller:
        path = f"/{receiver.secret}/mo?n=1"
        caller.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab".encode())
        # A call that is answered later than one behind it has been taken up.
        assert httpx.get(f"{receiver.address}/health").status_code == 200
        receiver.process.send_signal(signal.SIGTERM)
        until("it listens no longer", lambda: refuses(receiver.port))
        caller.sendall(b"cd")
        assert caller.recv(4_096).startswith(b"HTTP/1.1 200 ")
        code, said = receiver.end()
    assert (code, said) == (0, "")
    assert kept_queries(tmp_path) == ["n=1"]


def test_interrupting_it_is_told_by_its_exit_code(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        receiver.process.send_signal(signal.SIGINT)
        assert receiver.end()[0] == 130


def test_of_two_on_one_port_the_second_says_so_and_the_first_goes_on(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        second = start(tmp_path, ["--listen", f"127.0.0.1:{receiver.port}"])
        printed, said = second.communicate(timeout=30)
        assert (second.returncode, printed) == (1, "")
        assert said.count("\n") == 1
        assert "choose another with --listen" in said
        assert httpx.get(f"{receiver.address}/dlr?n=1").status_code == 200
    assert kept_queries(tmp_path) == ["n=1"]


def test_the_address_stays_the_same_and_its_secret_out_of_every_log(tmp_path: Path) -> None:
    with receiving(tmp_path, "--verbose", "--public", "https://sms.example.com/hook/") as first:
        # By the address of the machine itself, as a proxy would.
        assert first.address.startswith("https://sms.example.com/hook/")
        secret = first.address.rpartition("/")[2]
        first.process.send_signal(signal.SIGTERM)
        _, said = first.end()
    with receiving(tmp_path, "--verbose") as second:
        assert second.secret == secret
        for path in (f"/{secret}/dlr?n=1", f"/{secret}/nowhere", f"/{secret}", "/", f"/x{secret}/dlr"):
            httpx.get(f"http://127.0.0.1:{second.port}{path}")
        second.process.send_signal(signal.SIGTERM)
        said += second.end()[1]
    logs = [file.read_text("utf-8") for file in (tmp_path / "state").rglob("*.log*")]
    assert logs
    assert not any(secret in text for text in [said, *logs])


def test_while_the_store_is_written_to_for_long_a_call_waits_and_is_kept(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        writer = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as callers:
            waiting = callers.submit(httpx.get, f"{receiver.address}/dlr?n=1", timeout=PATIENCE)
            # It answers others meanwhile.
            assert httpx.get(f"{receiver.address}/health").status_code == 200
            assert not waiting.done()
            writer.execute("ROLLBACK")
            assert waiting.result(PATIENCE).status_code == 200
        writer.close()
    assert kept_queries(tmp_path) == ["n=1"]


def test_a_listener_beyond_loopback_is_warned_of(tmp_path: Path) -> None:
    with receiving(tmp_path, "--listen", "0.0.0.0:0") as receiver:
        assert httpx.get(f"http://127.0.0.1:{receiver.port}/{receiver.secret}/health").status_code == 200
        receiver.process.send_signal(signal.SIGTERM)
        code, said = receiver.end()
    assert code == 0
    assert "Put a proxy with TLS in front." in said
