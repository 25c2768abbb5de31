"""The demo server: an IAM Identity Center on loopback, for rolecall and any other client.

with DemoServer(DemoOptions(accounts=5000)) as server:
    subprocess.run([...], env=os.environ | server.environment(home))
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from rolecall.demo import (
    account_access,
    console_login,
    faults,
    narrowed,
    oidc,
    page,
    portal,
    sts,
    workload,
)
from rolecall.demo.calls import Call, Calls
from rolecall.demo.faults import AnyFault, Fault, Faults
from rolecall.demo.http import HOST, HttpServer
from rolecall.demo.identity_center import (
    Approval,
    DeviceAuthorization,
    IdentityCenter,
    IssuedCredentials,
)
from rolecall.demo.options import DemoOptions
from rolecall.demo.organisation import Organisation
from rolecall.demo.wire import Rejected, Request, Response, json_response
from rolecall.domain.access_role import Tenant
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE, AccessToken, ClientRegistration, Secret
from rolecall.domain.records import replace

Operation = Callable[[IdentityCenter, Request], Response]

_OPERATIONS: Final[Mapping[tuple[str, str], tuple[str, Operation]]] = {
    ("POST", "/client/register"): ("RegisterClient", oidc.register_client),
    ("POST", "/device_authorization"): ("StartDeviceAuthorization", oidc.start_device_code),
    ("POST", "/token"): ("CreateToken", oidc.create_token),
    ("GET", "/assignment/accounts"): ("ListAccounts", portal.list_accounts),
    ("GET", "/assignment/roles"): ("ListAccountRoles", portal.list_account_roles),
    ("GET", "/federation/credentials"): ("GetRoleCredentials", portal.get_role_credentials),
    ("POST", "/logout"): ("Logout", portal.logout),
    ("GET", "/access"): ("ListRoles", account_access.list_roles),
    ("GET", "/access/credentials"): ("GetAccessRoleCredentials", account_access.get_credentials),
    ("GET", "/device"): ("DevicePage", page.ask_device),
    ("POST", "/device"): ("DeviceDecision", page.decide_device),
    ("GET", "/authorize"): ("AuthorizePage", page.ask_authorize),
    ("POST", "/authorize"): ("AuthorizeDecision", page.decide_authorize),
    ("POST", console_login.TOKEN): ("CreateOAuth2Token", console_login.create_token),
    ("GET", "/v1/authorize"): ("LoginPage", page.ask_login),
    ("POST", "/v1/authorize"): ("LoginDecision", page.decide_login),
    ("GET", console_login.CONFIRMATION): ("LoginConfirmation", page.confirm_login),
    ("GET", "/start"): ("StartPage", page.start),
    ("GET", "/start/"): ("StartPage", page.start),
}
_STS_ACTIONS: Final[Mapping[str, Operation]] = {
    "GetCallerIdentity": sts.get_caller_identity,
    "AssumeRole": sts.assume_role,
    "GetScopedCredentials": narrowed.get_scoped_credentials,
}
_NAMES: Final = frozenset([*(name for name, _ in _OPERATIONS.values()), *_STS_ACTIONS])


class DemoServer:
    """Use `with`, or `start` and `stop`. A restarted server keeps its port and its state.

    `rewrite`, if it is set, gets the operation and the content of each JSON answer and returns the
    content to send.
    """

    def __init__(self, options: DemoOptions | None = None) -> None:
        self.options = options or DemoOptions()
        self.rewrite: Callable[[str, Any], Any] | None = None
        self.faults = Faults(_NAMES)
        self.calls = Calls()
        self._center = IdentityCenter(self.options)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._port = self.options.port
        self._http: HttpServer | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server. Raises OSError if the port is in use."""
        if self._http is not None:
            return
        self._http = HttpServer(self._port, self.answer, self._now)
        self._stopping.clear()
        self._port = self._http.server_port
        self._center.url = f"http://{HOST}:{self._port}"
        self._http.start()

    def stop(self) -> None:
        """Stop the server. Every connection is closed, even if it waits for an answer."""
        if self._http is None:
            return
        http, self._http = self._http, None
        self._stopping.set()
        self.faults.clear()
        http.stop()

    def _now(self) -> datetime:
        return self.options.clock()  # looked up each time, because tests replace it

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
    def tenant(self) -> Tenant | None:
        """The account access manager, if there is one."""
        return Tenant(self.options.tenant, self.region) if self.options.tenant else None

    @tenant.setter
    def tenant(self, tenant: Tenant | None) -> None:
        self.options = replace(self.options, tenant=tenant.id if tenant else "")
        self._center.options = self.options

    def set_regions(
        self, regions: Sequence[str], lenient: Sequence[str] = (), *, links_name_it: bool = False
    ) -> None:
        """Set the regions with the Identity Center, those that give a code for it too, and whether
        the links of these codes name it.
        """
        self.options = replace(
            self.options,
            regions=tuple(regions),
            lenient_regions=tuple(lenient),
            links_name_region=links_name_it,
        )
        self._center.options = self.options

    @property
    def organisation(self) -> Organisation:
        return self._center.organisation

    @organisation.setter
    def organisation(self, organisation: Organisation) -> None:
        with self._lock:
            self._center.organisation = organisation

    @property
    def endpoints(self) -> dict[str, str]:
        """The environment variables that make an AWS client use this server, without a proxy."""
        services = (
            *("SSO", "SSO_OIDC", "STS", "SIGNIN", "ACCOUNT_ACCESS_RUNTIME"),
            *("S3", "EC2", "CLOUDWATCH_LOGS", "SECRETS_MANAGER"),
        )
        return {
            **{f"AWS_ENDPOINT_URL_{service}": self.url for service in services},
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": HOST,
            "no_proxy": HOST,
        }

    def environment(self, home: Path) -> dict[str, str]:
        """Return the endpoints, and variables that put all files of clients into `home`."""
        return {
            **self.endpoints,
            "HOME": str(home),
            "AWS_CONFIG_FILE": str(home / ".aws" / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(home / ".aws" / "credentials"),
            "AWS_LOGIN_CACHE_DIRECTORY": str(home / ".aws" / "login" / "cache"),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_DATA_HOME": str(home / ".local" / "share"),
            "XDG_STATE_HOME": str(home / ".local" / "state"),
        }

    def pending_codes(self) -> list[str]:
        """Return the user codes that wait for approval, the oldest first."""
        with self._lock:
            return [authorization.user_code for authorization in self._center.waiting()]

    def approve(self, user_code: str) -> None:
        """Approve a sign-in. Raises KeyError if no such code is waiting, or if its region is not
        that of the Identity Center.
        """
        with self._lock:
            if (waiting := self._waiting(user_code)).is_elsewhere:
                raise KeyError(user_code)
            waiting.approval = Approval.ALLOWED

    def deny(self, user_code: str) -> None:
        """Deny a sign-in. Raises KeyError if no such code is waiting."""
        with self._lock:
            self._waiting(user_code).approval = Approval.DENIED

    def sign_in(self, scopes: tuple[str, ...] = (ACCOUNT_ACCESS_SCOPE,)) -> AccessToken:
        """Return a token, for tests that are not about signing in."""
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

    def issued(self, access_key_id: str) -> IssuedCredentials:
        """Return what is known about keys. Raises KeyError if the demo has not issued them."""
        with self._lock:
            return self._center.credentials[access_key_id]

    def revoke(self, access_token: str) -> None:
        """Make this access token invalid; its refresh token stays valid."""
        with self._lock:
            for sign_in in self._center.sign_ins:
                sign_in.access_tokens.pop(access_token, None)

    def forget_clients(self) -> None:
        """Forget all client registrations."""
        with self._lock:
            self._center.clients.clear()

    def forget_sign_ins(self) -> None:
        """Forget all access tokens and refresh tokens."""
        with self._lock:
            self._center.sign_ins.clear()

    def forget_device_codes(self) -> None:
        """Forget all device codes."""
        with self._lock:
            self._center.device_authorizations.clear()

    def log_in(self, link: str) -> str:
        """Allow the sign-in of a link. Return what the user can paste: the code that the page
        shows, or the address at which the browser ends.
        """
        parts = urlsplit(link)
        query = dict(parse_qsl(parts.query))
        authorize = oidc.authorize if parts.path == "/authorize" else console_login.authorize
        with self._lock:
            answer = {"code": authorize(self._center, query), "state": query["state"]}
        if query["redirect_uri"].endswith(console_login.CONFIRMATION):
            return console_login.code_to_paste(answer)
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def forget_logins(self, *, changed: bool = False) -> None:
        """End all login sessions, or note that the user's credentials have `changed`."""
        with self._lock:
            for login in self._center.logins:
                login.has_changed = changed
            if not changed:
                self._center.logins.clear()

    def answer(self, request: Request) -> Response | None:
        """Return the response, or None to reset the connection."""
        operation, perform = _route(request)
        account_id = request.query.get("account_id")
        fault = self.faults.take(operation, account_id)
        response = self._perform(request, perform, fault)
        if self.rewrite is not None and response is not None:
            response = _rewritten(operation, response, self.rewrite)
        status = response.status if response else 0
        agent = request.headers.get("User-Agent", "")
        key_id = sts.access_key_id(request)
        self.calls.record(Call(operation, self.options.clock(), account_id, status, agent, key_id))
        return response

    def _perform(
        self, request: Request, perform: Operation, fault: AnyFault | None
    ) -> Response | None:
        if fault is Fault.HANG:
            self.faults.wait_until_cleared()
        if fault in (Fault.HANG, Fault.RESET):
            return None
        if self.options.latency and self._stopping.wait(self.options.latency):
            return None
        request, response = faults.before(request, fault)
        if response is None:
            try:
                with self._lock:
                    response = perform(self._center, request)
            except Rejected as rejection:
                response = rejection.response
            headers = response.headers | {"x-amzn-RequestId": str(uuid.uuid4())}
            response = replace(response, headers=headers)
        if fault is Fault.ANSWER_LOST:
            return None
        if fault is Fault.DRIP:
            return replace(response, parts=self.faults.drip(response.body))
        return faults.after(response, fault)

    def _waiting(self, user_code: str) -> DeviceAuthorization:
        authorization = self._center.find_waiting(user_code)
        if authorization is None:
            raise KeyError(user_code)
        return authorization


def _route(request: Request) -> tuple[str, Operation]:
    if workload.service_of(request):
        return workload.action_of(request), workload.answer
    if (request.method, request.path) == ("POST", "/"):
        action = request.form.get("Action", "")
        return action, _STS_ACTIONS.get(action, _unknown)
    return _OPERATIONS.get((request.method, request.path), ("Unknown", _unknown))


def _rewritten(operation: str, response: Response, rewrite: Callable[[str, Any], Any]) -> Response:
    with suppress(ValueError):  # not JSON
        content = rewrite(operation, json.loads(response.body))
        return replace(response, body=json.dumps(content).encode())
    return response


def _unknown(_center: IdentityCenter, _request: Request) -> Response:
    return json_response({"message": "Not found"}, 404, {"x-amzn-ErrorType": "UnknownOperation"})
