"""The server on loopback: in each flood, a good request is answered."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from itertools import repeat

import pytest

from rolecall.aws.loopback import LARGEST, LIMITS, Answer, Limits, LoopbackServer, Request
from tests.support.for_each import for_each
from tests.support.network.flood import MANY, flood, send

GOOD = b"GET /good HTTP/1.1\r\nHost: x\r\n\r\n"
STARVED = """
import os, resource, sys, time
from rolecall.aws.loopback import Answer, LoopbackServer
from rolecall.domain.process import debug_log

def tell(text):
    print(text, flush=True)

server = LoopbackServer(lambda request: Answer(200, "text/plain", b"here"))
server.start()
debug_log.write_to(lambda text: tell(time.monotonic()))
tell(server.port)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
full = []
try:
    while True:
        full.append(os.dup(0))
except OSError:
    tell("full")
sys.stdin.readline()
for each in full:
    os.close(each)
sys.stdin.readline()
"""


def fail() -> Answer:
    raise ValueError


def answer(request: Request) -> Answer | Callable[[], Answer]:
    if request.target == "/breaks":
        return fail
    if request.target == "/broken":
        return fail()
    status = 200 if request.target == "/good" else 404
    return Answer(status, "text/plain", request.target.encode())


@contextmanager
def serving(
    handle: Callable[[Request], Answer | Callable[[], Answer]] = answer, limits: Limits = LIMITS
) -> Iterator[int]:
    with closing(LoopbackServer(handle, limits=limits)) as server:
        server.start()
        yield server.port


def connect(port: int, sent: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    client.sendall(sent)
    return client


def received(client: socket.socket) -> bytes:
    """Return all that comes until the server ends the connection."""
    with client:
        try:
            return b"".join(iter(lambda: client.recv(LARGEST), b""))
        except ConnectionResetError:
            return b""


def ask(port: int, target: str = "/good") -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", target)
    return connection.getresponse()


def is_answered(port: int) -> bool:
    return ask(port).read() == b"/good"


def test_a_client_has_two_seconds_for_headers_and_five_for_a_request() -> None:
    assert Limits(headers=2.0, request=5.0, connections=64) == LIMITS


@pytest.mark.thorough
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="idle"),
        pytest.param(b"G", id="slow"),
        pytest.param(b"\x00\xff\r\n\r\n", id="nonsense"),
        pytest.param(GOOD[:-2], id="slow headers"),
        pytest.param(GOOD[:-2] + b"Content-Length: 9\r\n\r\nx", id="slow bodies"),
        pytest.param(GOOD.replace(b"good", b"bad"), id="full requests"),
    ],
)
def test_a_good_request_is_answered_in_a_flood(sent: bytes) -> None:
    with serving() as port, flood(port, sent) as clients:
        assert is_answered(port)
        send(clients, b"x")
        assert is_answered(port)


@pytest.mark.parametrize(
    ("head", "part", "status"),
    [
        (GOOD[:-2], b"Cookie: a\r\n" * 1000, 431),
        (GOOD[:-2] + b"Content-Length: 65536\r\n\r\n", b"x" * 10_000, 413),
        (GOOD[:-2] + b"Content-Length: 999999999\r\n\r\n", b"x" * 10_000, 413),
    ],
)
def test_endless_headers_and_big_bodies_are_cut_off(head: bytes, part: bytes, status: int) -> None:
    with serving() as port:
        clients = [connect(port, head) for _ in range(10)]
        with pytest.raises(OSError, match=r"."):  # the connection is gone
            for each in repeat(part):
                for client in clients:
                    client.sendall(each)
        assert is_answered(port)
        for client in clients:
            client.close()
        told = received(connect(port, head + (part * 7 if status == 431 else b"")))
    assert told == b"" or told.startswith(b"HTTP/1.1 %d " % status)


def test_a_client_that_drips_is_cut_off() -> None:
    with serving(limits=Limits(headers=0.2, request=60)) as port, connect(port) as client:
        client.settimeout(0.02)
        ends = False
        while not ends:
            try:
                client.sendall(b"G")
                ends = client.recv(10) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                ends = True
        assert is_answered(port)


def test_a_body_has_more_time_than_headers_but_not_for_ever() -> None:
    with serving(limits=Limits(headers=0.1, request=0.4)) as port:
        began_at = time.monotonic()
        assert received(connect(port, GOOD[:-2] + b"Content-Length: 2\r\n\r\nx")) == b""
        assert time.monotonic() - began_at >= 0.4


def test_a_body_is_read_and_ignored() -> None:
    with serving() as port, connect(port, GOOD[:-2] + b"Content-Length: 4\r\n\r\nab") as client:
        client.sendall(b"cd")
        assert received(client).endswith(b"\r\n\r\n/good")


def test_the_oldest_makes_room_when_connections_are_used_up() -> None:
    with serving(limits=Limits(60, 60, connections=3)) as port:
        oldest, *others = [connect(port, GOOD[:9]) for _ in range(4)]
        assert received(oldest) == b""
        for each in others:
            each.sendall(GOOD[9:])
            assert received(each).endswith(b"/good")


def test_entitled_clients_are_kept_and_a_new_one_waits_for_them() -> None:
    asked, may_answer = threading.Semaphore(0), threading.Event()

    def slow() -> Answer:
        asked.release()
        assert may_answer.wait(60)
        return Answer(200, "text/plain", b"slow")

    with serving(lambda _: slow, Limits(0.1, 0.1, connections=2)) as port:
        first = [connect(port, GOOD) for _ in range(2)]
        for _ in range(2):
            assert asked.acquire(timeout=60)
        late = connect(port, GOOD)
        assert not asked.acquire(timeout=0.3)  # longer than the limits
        may_answer.set()
        for client in (*first, late):
            assert received(client).endswith(b"\r\n\r\nslow")


def test_an_answer_that_is_being_made_is_sent_after_the_end() -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def slow() -> Answer:
        asked.set()
        assert may_answer.wait(60)
        return Answer(200, "text/plain", b"slow")

    with serving(lambda _: slow) as port:
        client, idle = connect(port, GOOD), connect(port)
        assert asked.wait(60)
    assert received(idle) == b""
    may_answer.set()
    assert received(client).endswith(b"slow")


@for_each(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: 1\r\n folded: 2\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / / HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\n\r\n", 404),
    ],
)
def test_what_is_no_request_is_refused(sent: bytes, status: int) -> None:
    with serving() as port:
        assert received(connect(port, sent)).startswith(b"HTTP/1.1 %d " % status)


def test_a_handler_that_fails_does_not_end_the_server(capfd: pytest.CaptureFixture[str]) -> None:
    with serving() as port:
        for target in (b"/broken", b"/breaks"):
            told = received(connect(port, GOOD.replace(b"/good", target)))
            assert told.startswith(b"HTTP/1.1 500 ")
            assert is_answered(port)
    assert capfd.readouterr() == ("", "")


def test_it_pauses_while_descriptors_have_run_out_and_answers_then() -> None:
    starved = subprocess.Popen(
        [sys.executable, "-c", STARVED],
        env=os.environ | {"PYTHONPATH": "app"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with starved:
        assert starved.stdin is not None
        assert starved.stdout is not None
        port = int(starved.stdout.readline())
        assert starved.stdout.readline() == "full\n"
        client = connect(port, GOOD)
        first, second = (float(starved.stdout.readline()) for _ in range(2))
        assert second - first > 0.4
        starved.stdin.write("\n")
        starved.stdin.flush()
        assert received(client).endswith(b"here")


def test_a_flood_is_larger_than_the_default_number_of_descriptors() -> None:
    assert MANY > 1024
