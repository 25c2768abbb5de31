"""HTTP/1.1 on loopback, with persistent connections."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import socket
import struct
import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, cast

from rolecall.demo.wire import Request, Response, json_response

HOST: Final = "127.0.0.1"

_log: Final = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


class HttpServer(ThreadingHTTPServer):
    """Runs one thread for each connection, and one that accepts them.

    `answer` returns the response, or None to reset the connection.
    """

    daemon_threads = True

    def __init__(
        self, port: int, answer: Callable[[Request], Response | None], clock: Callable[[], datetime]
    ) -> None:
        self.answer = answer
        self.clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo", daemon=True)
        self._connections: set[socket.socket] = set()
        super().__init__((HOST, port), _Handler)

    def start(self) -> None:
        """Start accepting connections."""
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting, and close all connections."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, self.server_port), timeout=1).close()
        self._thread.join()
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, *_: object) -> None:
        # Print nothing: the terminal belongs to the program.
        _log.exception("a request failed")

    def _run(self) -> None:
        # Not serve_forever, which wakes up twice a second: the demo may run inside rolecall, which
        # is idle most of the time.
        while not self._stopping.is_set():
            self.handle_request()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    @property
    def _http(self) -> HttpServer:
        return cast(HttpServer, self.server)

    def _handle(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not re.fullmatch("[0-9]{1,6}", length):
            self.close_connection = True
            self._send(json_response({"message": "Content-Length is not accepted"}, 413))
            return
        body = self.rfile.read(int(length))
        response = self._http.answer(Request(self.command, self.path, self.headers, body))
        if response is None:
            self._reset()
        else:
            self._send(response)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle

    def handle_one_request(self) -> None:
        # A client may close its connection at any time.
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        headers = {
            "Date": format_datetime(self._http.clock(), usegmt=True),
            "Content-Type": response.content_type,
            "Content-Length": str(len(response.body)),
        }
        for name, value in (headers | response.headers).items():
            self.send_header(name, value)
        self.end_headers()
        if response.parts is None or self.command == "HEAD":
            self.wfile.write(response.body if self.command != "HEAD" else b"")
            return
        try:
            for part in response.parts:
                self.wfile.write(part)
                self.wfile.flush()
        except ConnectionResetError:
            self._reset()

    def _reset(self) -> None:
        # Closing with a linger time of zero sends RST. The socket is detached, because the files of
        # the handler keep it open.
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the terminal belongs to the program."""
