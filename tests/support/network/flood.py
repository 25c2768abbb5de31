"""What another user of this machine can do to a server on loopback: open many connections."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress

MANY = 1_100  # more than the default limit of 1,024 descriptors


@contextmanager
def flood(port: int, sent: bytes, connections: int = MANY) -> Iterator[list[socket.socket]]:
    """Open connections, send these bytes in each, and keep them open.

    The server may close them meanwhile.
    """
    with _many_descriptors(), ExitStack() as stack:
        opened = []
        for _ in range(connections):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            opened.append(client)
            send([client], sent)
        yield opened


def send(clients: Iterable[socket.socket], data: bytes) -> None:
    """Send it to those that are still open."""
    for client in clients:
        with suppress(OSError):
            client.sendall(data)


@contextmanager
def _many_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
