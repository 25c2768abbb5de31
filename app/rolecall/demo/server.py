"""The demo's HTTP server: an Identity Center on a loopback port, for rolecall and any other client.

with DemoServer(DemoOptions(accounts=5000)) as server:
    subprocess.run([...], env=os.environ | server.environment(home))
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Final, Self, cast

from rolecall.demo import faults, oidc, page, portal, sts
from rolecall.demo.calls import Call, Calls
from rolecall.demo.center import Center, Decision, DeviceAuthorization
from rolecall.demo.faults import Fault, Faults
from rolecall.demo.options import DemoOptions
from rolecall.demo.organisation import Organisation
from rolecall.demo.wire import Rejected, Request, Response, json_response
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE, AccessToken, ClientRegistration, Secret

Operation = Callable[[Center, Request], Response]

_HOST: Final = "127.0.0.1"
_LARGEST_BODY: Final = 1 << 20
_OPERATIONS: Final[Mapping[tuple[str, str], tuple[str, Operation]]] = {
    ("POST", "/client/register"): ("RegisterClient", oidc.register_client),
    ("POST", "/device_authorization"): (
        "StartDeviceAuthorization",
        oidc.start_device_authorization,
    ),
    ("POST", "/token"): ("CreateToken", oidc.create_token),
    ("GET", "/assignment/accounts"): ("ListAccounts", portal.list_accounts),
    ("GET", "/assignment/roles"): ("ListAccountRoles", portal.list_account_roles),
    ("GET", "/federation/credentials"): ("GetRoleCredentials", portal.get_role_credentials),
    ("POST", "/logout"): ("Logout", portal.logout),
    ("GET", "/device"): ("DevicePage", page.ask_device),
    ("POST", "/device"): ("DeviceDecision", page.decide_device),
    ("GET", "/authorize"): ("AuthorizePage", page.ask_authorize),
    ("POST", "/authorize"): ("AuthorizeDecision", page.decide_authorize),
    ("GET", "/start"): ("StartPage", page.start),
    ("GET", "/start/"): ("StartPage", page.start),
}
_STS_ACTIONS: Final[Mapping[str, Operation]] = {
    "GetCallerIdentity": sts.get_caller_identity,
    "AssumeRole": sts.assume_role,
}


class DemoServer:
    """`start` and `stop`, or `with`. Stopped and started again it has the same port and memory."""

    def __init__(self, options: DemoOptions | None = None) -> None:
        self.options = options or DemoOptions()
        self.faults = Faults()
        self.calls = Calls()
        self._center = Center(self.options)
        self._lock = threading.Lock()
        self._port = self.options.port
        self._http: _HttpServer | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Raises OSError where the port is taken."""
        if self._http is not None:
            return
        self._http = _HttpServer((_HOST, self._port), self)
        self._port = self._http.server_port
        self._center.url = f"http://{_HOST}:{self._port}"
        threading.Thread(target=self._http.run, name="demo", daemon=True).start()

    def stop(self) -> None:
        """Closes every connection, also those that wait for an answer."""
        if self._http is None:
            return
        http, self._http = self._http, None
        http.stop()
        self.faults.clear()

    @property
    def url(self) -> str:
        return self._center.url

    @property
    def start_url(self) -> str:
        return self._center.start_url

    @property
    def region(self) -> str:
        return self.options.region

    @property
    def organisation(self) -> Organisation:
        return self._center.organisation

    @organisation.setter
    def organisation(self, organisation: Organisation) -> None:
        with self._lock:
            self._center.organisation = organisation

    @property
    def endpoints(self) -> dict[str, str]:
        """The variables that point an AWS client here, and keep it off a proxy and the network."""
        return {
            "AWS_ENDPOINT_URL_SSO": self.url,
            "AWS_ENDPOINT_URL_SSO_OIDC": self.url,
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": _HOST,
            "no_proxy": _HOST,
        }

    def environment(self, home: Path) -> dict[str, str]:
        """The endpoints, and a home for every file that a client or rolecall may want."""
        return {
            **self.endpoints,
            "HOME": str(home),
            "AWS_CONFIG_FILE": str(home / ".aws" / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(home / ".aws" / "credentials"),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_DATA_HOME": str(home / ".local" / "share"),
            "XDG_STATE_HOME": str(home / ".local" / "state"),
        }

    def pending_codes(self) -> list[str]:
        """User codes that wait for a decision, the oldest first."""
        with self._lock:
            return [authorization.user_code for authorization in self._center.waiting()]

    def approve(self, user_code: str) -> None:
        """Raises KeyError where no such code is waiting."""
        with self._lock:
            self._waiting(user_code).decision = Decision.ALLOWED

    def deny(self, user_code: str) -> None:
        """Raises KeyError where no such code is waiting."""
        with self._lock:
            self._waiting(user_code).decision = Decision.DENIED

    def sign_in(self, scopes: tuple[str, ...] = (ACCOUNT_ACCESS_SCOPE,)) -> AccessToken:
        """A token for tests that are not about signing in."""
        with self._lock:
            client = oidc.new_client(self._center, scopes)
            sign_in = self._center.sign_in(client)
        value, expires_at = sign_in.newest
        refresh_token = sign_in.refresh_token
        return AccessToken(
            start_url=self.start_url,
            region=self.region,
            value=Secret(value),
            expires_at=expires_at,
            refresh_token=None if refresh_token is None else Secret(refresh_token),
            registration=ClientRegistration(
                client.id, Secret(client.secret), client.expires_at, scopes=client.scopes
            ),
        )

    def revoke(self, access_token: str) -> None:
        """The portal refuses this access token from now on; its refresh token still holds."""
        with self._lock:
            for sign_in in self._center.sign_ins:
                sign_in.access_tokens.pop(access_token, None)

    def forget_clients(self) -> None:
        """Every client registration is unknown from now on."""
        with self._lock:
            self._center.clients.clear()

    def forget_sign_ins(self) -> None:
        """Every access token and refresh token is unknown from now on."""
        with self._lock:
            self._center.sign_ins.clear()

    def forget_device_codes(self) -> None:
        """Every device code is unknown from now on."""
        with self._lock:
            self._center.device_authorizations.clear()

    def answer(self, request: Request) -> Response | None:
        """None: the connection is to be reset without a word."""
        operation, perform = _route(request)
        account_id = request.query.get("account_id")
        fault = self.faults.take(operation, account_id)
        response = self._perform(request, perform, fault)
        status = response.status if response else 0
        self.calls.record(Call(operation, self.options.clock(), account_id, status))
        return response

    def _perform(
        self, request: Request, perform: Operation, fault: Fault | int | None
    ) -> Response | None:
        if fault is Fault.HANG:
            self.faults.wait_until_cleared()
        if fault in (Fault.HANG, Fault.RESET):
            return None
        if self.options.latency:
            self._wait(self.options.latency)
        request, response = faults.before(request, fault)
        if response is None:
            try:
                with self._lock:
                    response = perform(self._center, request)
            except Rejected as rejection:
                response = rejection.response
        return faults.after(response, fault)

    def _wait(self, seconds: float) -> None:
        if self._http is not None:
            self._http.stopping.wait(seconds)

    def _waiting(self, user_code: str) -> DeviceAuthorization:
        authorization = self._center.find_waiting(user_code)
        if authorization is None:
            raise KeyError(user_code)
        return authorization


def _route(request: Request) -> tuple[str, Operation]:
    if (request.method, request.path) == ("POST", "/"):
        action = request.form.get("Action", "")
        return action, _STS_ACTIONS.get(action, _unknown)
    return _OPERATIONS.get((request.method, request.path), ("Unknown", _unknown))


def _unknown(_center: Center, _request: Request) -> Response:
    return json_response({"message": "Not found"}, 404, {"x-amzn-ErrorType": "UnknownOperation"})


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], demo: DemoServer) -> None:
        self.demo = demo
        self.stopping = threading.Event()
        self.connections: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def run(self) -> None:
        # Not serve_forever: it wakes up twice a second, and the demo shares a process with a
        # program that is idle most of the time.
        while not self.stopping.is_set():
            self.handle_request()
        self.server_close()

    def stop(self) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            socket.create_connection((_HOST, self.server_port), timeout=1).close()
        for connection in tuple(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self._server.connections.add(self.connection)

    def finish(self) -> None:
        self._server.connections.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    @property
    def _server(self) -> _HttpServer:
        return cast(_HttpServer, self.server)

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_BODY:
            self.close_connection = True
            self._send(json_response({"message": "Too large"}, 413))
            return
        request = Request(self.command, self.path, self.headers, self.rfile.read(length))
        response = self._server.demo.answer(request)
        if response is None:
            self._reset()
        else:
            self._send(response)

    do_GET = do_POST = _handle

    def handle_one_request(self) -> None:
        # A client may leave at any moment; that is no event here.
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        self.send_header("Date", format_datetime(self._server.demo.options.clock(), usegmt=True))
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def _reset(self) -> None:
        # A close with nothing to linger for sends RST; detached, for the files still hold the
        # socket.
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal belongs to the program."""
