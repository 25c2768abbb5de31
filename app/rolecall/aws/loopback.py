"""The one server on loopback: for `serve`, and for the answer that a browser brings.

Any user and program of this machine can connect to it, so a client gets few resources, and only for
seconds. A handler gets only requests that are complete and small.
"""

from __future__ import annotations

import re
import resource
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from rolecall.domain.process.debug_log import note
from rolecall.domain.records import dataclass, field
from rolecall.domain.switching.variables import LOOPBACK

LARGEST: Final = 64 * 1024  # bytes of a request. A browser sends the cookies of all ports.
_BACKLOG: Final = 1024  # many processes may start at the same time
_PAUSE: Final = 0.5  # seconds without new connections after descriptors ran out
_SEND_SECONDS: Final = 5.0
_REQUEST_LINE: Final = re.compile(r"([A-Z]+) ([!-~\x80-\xff]+) HTTP/1\.[01]")
_LENGTH: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Limits:
    """`headers` is how many seconds after the connection the headers must have arrived, `request`
    the whole request. Above `connections` connections, a new one replaces the oldest of those that
    have not shown that they are entitled to an answer.
    """

    headers: float = 2.0
    request: float = 5.0
    connections: int = 64


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Request:
    """A GET. Names of headers are in lower case."""

    target: str
    headers: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """Return the values of all headers with this name, in lower case."""
        return [value for each, value in self.headers if each == name]


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` are others than Content-Type and Content-Length."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def as_bytes(self) -> bytes:
        headers = (
            ("Server", "rolecall"),
            ("Content-Type", self.content_type),
            ("Content-Length", str(len(self.body))),
            *self.headers,
            ("Connection", "close"),
        )
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers]
        return "\r\n".join((*lines, "", "")).encode("latin-1") + self.body


# Returns an answer for anyone, at once; or, if the client is entitled to one that may take long, a
# function that makes it, on a separate thread.
Handler = Callable[[Request], Answer | Callable[[], Answer]]


class LoopbackServer:
    """Answers GET requests between `start` and `close`."""

    def __init__(self, handle: Handler, port: int = 0, limits: Limits = LIMITS) -> None:
        """Listen on `port`; 0 means any free one. Raises OSError if it is in use."""
        self._handle = handle
        self._limits = limits
        self._most = min(limits.connections, _descriptors() // 4)  # answers need some too
        self._open: list[_Connection] = []  # oldest first
        self._listener = _listening(port)
        self.port: int = self._listener.getsockname()[1]
        self._accepts_at = 0.0
        self._is_closed = False
        self._woken, self._waker = socket.socketpair()
        self._ended = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._serve, name="loopback", daemon=True).start()

    def close(self) -> None:
        """Stop listening. Answers that are being made are still sent."""
        self._is_closed = True
        self._wake()
        self._ended.wait()

    def _serve(self) -> None:
        with self._listener, self._woken, self._waker:
            while not self._is_closed:
                self._tidy()
                self._serve_ready()
        for each in self._open:
            if not each.is_entitled:
                each.end()
        self._ended.set()

    def _tidy(self) -> None:
        """Forget the connections that have ended, and those whose time is up."""
        now = time.monotonic()
        for each in self._open:
            if not each.is_entitled and now >= each.deadline(self._limits):
                each.end()
        self._open = [each for each in self._open if not each.is_ended]

    def _serve_ready(self) -> None:
        """Wait for something to do. Clients that are here go before new ones."""
        readers = {each.client.fileno(): each for each in self._open if not each.is_entitled}
        has_room = bool(readers) or len(self._open) < self._most
        ready = self._poll(readers, accepts=has_room and time.monotonic() >= self._accepts_at)
        if self._woken.fileno() in ready:
            self._woken.recv(LARGEST)
        for descriptor in ready & readers.keys():
            self._read(readers[descriptor])
        if self._listener.fileno() in ready:
            self._accept()

    def _poll(self, readers: dict[int, _Connection], *, accepts: bool) -> set[int]:
        """Return the descriptors that can be read, at the latest when some time is up."""
        poll = select.poll()
        for descriptor in (*readers, self._woken.fileno()):
            poll.register(descriptor, select.POLLIN)
        ends = [each.deadline(self._limits) for each in readers.values()]
        if accepts:
            poll.register(self._listener, select.POLLIN)
        elif self._accepts_at > time.monotonic():
            ends.append(self._accepts_at)
        seconds = max(0.0, min(ends) - time.monotonic()) if ends else None
        events = poll.poll(None if seconds is None else seconds * 1000 + 1)
        return {descriptor for descriptor, _ in events}

    def _accept(self) -> None:
        if len([each for each in self._open if not each.is_ended]) >= self._most:
            waiting = (each for each in self._open if not each.is_entitled and not each.is_ended)
            if (oldest := next(waiting, None)) is None:
                return
            oldest.end()
        try:
            client, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:  # no descriptor is left, and the next try would fail at once
            note(f"loopback: {error.strerror}")
            self._accepts_at = time.monotonic() + _PAUSE
            return
        client.setblocking(False)
        connection = _Connection(client, time.monotonic())
        self._open.append(connection)
        self._read(connection)

    def _read(self, connection: _Connection) -> None:
        """Read what has arrived, and answer the request if it is complete."""
        try:
            if request := connection.read():
                self._respond(connection, request)
        except BlockingIOError:
            pass
        except _Refused as refused:
            connection.send(_text(refused.status))
        except OSError:
            connection.end()
        except Exception as error:  # the server outlives what a request causes
            note(f"loopback: {type(error).__name__}")
            connection.send(_text(500))

    def _respond(self, connection: _Connection, request: Request) -> None:
        made = self._handle(request)
        if isinstance(made, Answer):
            connection.send(made)
            return
        connection.is_entitled = True
        threading.Thread(target=self._answer, args=(connection, made), daemon=True).start()

    def _answer(self, connection: _Connection, make: Callable[[], Answer]) -> None:
        try:
            answer = make()
        except Exception as error:  # as above
            note(f"loopback: {type(error).__name__}")
            answer = _text(500)
        connection.client.settimeout(_SEND_SECONDS)
        connection.send(answer)
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):
            self._waker.send(b"\0")


class _Refused(Exception):
    """The request cannot be read: the status says why."""

    def __init__(self, status: int) -> None:
        self.status = status


@dataclass(slots=True, eq=False)
class _Connection:
    client: socket.socket
    _began_at: float
    is_entitled: bool = False
    is_ended: bool = False
    _received: bytearray = field(default_factory=bytearray)
    _request: Request | None = None
    _size: int = 0  # bytes of the whole request, once its headers are here

    def deadline(self, limits: Limits) -> float:
        return self._began_at + (limits.request if self._request else limits.headers)

    def read(self) -> Request | None:
        """Return the request if it is complete. Raises OSError, _Refused."""
        if not (data := self.client.recv(LARGEST)):
            raise ConnectionError
        self._received += data
        if self._request is None:
            head, is_complete, _ = self._received.partition(b"\r\n\r\n")
            if not is_complete:
                if len(self._received) > LARGEST:
                    raise _Refused(431)
                return None
            self._request, length = _parsed(head.decode("latin-1"))
            self._size = len(head) + len(is_complete) + length
        if self._size > LARGEST:
            raise _Refused(413)
        return self._request if len(self._received) >= self._size else None

    def send(self, answer: Answer) -> None:
        """Send it, unless the client stops reading, and close the connection."""
        with suppress(OSError):
            self.client.sendall(answer.as_bytes())
        self.end()

    def end(self) -> None:
        self.is_ended = True
        self.client.close()


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _parsed(head: str) -> tuple[Request, int]:
    """Return the request, and how many bytes its body has. Raises _Refused."""
    first, *lines = head.split("\r\n")
    if not (found := _REQUEST_LINE.fullmatch(first)):
        raise _Refused(400)
    method, target = found.groups()
    if method != "GET":
        raise _Refused(501)
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise _Refused(400)
        headers.append((name.lower(), value.strip()))
    request = Request(target, tuple(headers))
    lengths = request.values("content-length") or ["0"]
    if request.values("transfer-encoding") or len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0]):
        raise _Refused(400)
    return request, int(lengths[0])


def _text(status: int) -> Answer:
    return Answer(status, "text/plain", HTTPStatus(status).phrase.encode())


def _descriptors() -> int:
    """Return how many file descriptors this process may have."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 4096 if soft == resource.RLIM_INFINITY else soft
