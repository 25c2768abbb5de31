"""A slow, distant line to a port on loopback: it delays data and limits its rate."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self

_PACKET, _HEADERS = 1448, 52  # bytes of data in a TCP segment over Ethernet, and of its headers
_BACKLOG = 16 * 1024  # bytes that the line accepts before the sender has to wait


class SlowLine:
    """`round_trip` is in seconds, `rate` in bits a second each way. Clients connect to `port`."""

    def __init__(self, target: int, round_trip: float = 0.08, rate: float = 256_000) -> None:
        self._target = target
        self._delay = round_trip / 2
        self._rate = rate
        self._near = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._near.getsockname()[1]
        self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._near.close()

    @staticmethod
    def _start(work: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._near.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                for each in (near, far):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for source, sink in ((near, far), (far, near)):
                    in_transit: queue.Queue[tuple[float, bytes]] = queue.Queue()
                    self._start(self._receive, source, in_transit)
                    self._start(self._deliver, sink, in_transit)

    def _receive(self, source: socket.socket, in_transit: queue.Queue[tuple[float, bytes]]) -> None:
        free = 0.0  # when the line can take the next packet
        data = b"."
        while data:
            time.sleep(max(0.0, free - time.monotonic() - _BACKLOG * 8 / self._rate))
            try:
                data = source.recv(_PACKET)
            except OSError:
                data = b""
            free = max(free, time.monotonic()) + (len(data) + _HEADERS) * 8 / self._rate
            in_transit.put((free + self._delay, data))

    def _deliver(self, sink: socket.socket, in_transit: queue.Queue[tuple[float, bytes]]) -> None:
        with suppress(OSError):
            while True:
                due, data = in_transit.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(data)
