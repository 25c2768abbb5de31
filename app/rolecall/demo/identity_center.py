"""The state of the demo: clients, device codes, sign-ins, role credentials.

There are no locks here, because the server runs one operation at a time.
"""

from __future__ import annotations

import random
import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from rolecall.demo.options import DemoOptions
from rolecall.demo.organisation import Organisation, organisation_of
from rolecall.demo.policies import Policy
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE
from rolecall.domain.records import dataclass, field

_CONSONANTS: Final = "BCDFGHJKLMNPQRSTVWXZ"
_URL_SAFE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(slots=True)
class Client:
    """A registered client."""

    id: str
    secret: str = field(repr=False)
    expires_at: datetime
    scopes: tuple[str, ...] | None
    grant_types: tuple[str, ...] | None
    redirect_uris: tuple[str, ...]


class Approval(Enum):
    """What the user has done with a device code."""

    WAITING = "waiting"
    ALLOWED = "allowed"
    DENIED = "denied"


@dataclass(slots=True)
class DeviceAuthorization:
    """A device code and its user code (RFC 8628)."""

    device_code: str = field(repr=False)
    user_code: str
    client_id: str
    expires_at: datetime
    is_elsewhere: bool = False  # a region without the Identity Center has given it
    approval: Approval = Approval.WAITING
    polled_at: datetime | None = None
    polled_early: bool = False


@dataclass(slots=True)
class AuthorizationCode:
    """A code that the browser brings back (RFC 6749 §4.1), or that the user pastes."""

    client_id: str
    redirect_uri: str
    challenge: str
    expires_at: datetime


@dataclass(slots=True)
class SignIn:
    """A session of the user, with its tokens. A renewed session has several access tokens."""

    client_id: str
    scopes: tuple[str, ...] | None
    refresh_token: str | None = field(repr=False)
    access_tokens: dict[str, datetime] = field(default_factory=dict, repr=False)

    @property
    def newest(self) -> tuple[str, datetime]:
        """The access token that was issued last, and its expiry."""
        return list(self.access_tokens.items())[-1]


@dataclass(slots=True)
class IssuedCredentials:
    """Short-term credentials of a role. `layers` are the policies that they were narrowed with, and
    `description` what was said about that.
    """

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: datetime
    account_id: str
    arn: str
    user_id: str
    layers: tuple[Policy, ...] = ()
    description: str = ""
    scoped_session_id: str = ""

    @property
    def keys(self) -> dict[str, str]:
        """What calls to AWS are signed with, under the names that the answers have."""
        return {
            "accessKeyId": self.access_key_id,
            "secretAccessKey": self.secret_access_key,
            "sessionToken": self.session_token,
        }


@dataclass(slots=True)
class Login:
    """A login session. Its refresh token works once; `proof_key` is the key of its DPoP proofs."""

    client_id: str
    arn: str
    refresh_token: str = field(repr=False)
    proof_key: str
    ends_at: datetime
    has_changed: bool = False  # the user has a new password


class IdentityCenter:
    """An organisation, its one user and everything that was issued."""

    def __init__(self, options: DemoOptions) -> None:
        self.options = options
        self.organisation: Organisation = options.organisation or organisation_of(options.accounts)
        self.url = ""
        self.clients: dict[str, Client] = {}
        self.device_authorizations: dict[str, DeviceAuthorization] = {}
        self.authorization_codes: dict[str, AuthorizationCode] = {}
        self.sign_ins: list[SignIn] = []
        self.credentials: dict[str, IssuedCredentials] = {}
        self.login_codes: dict[str, AuthorizationCode] = {}
        self.logins: list[Login] = []
        self.proofs: set[str] = set()  # the IDs of DPoP proofs, each of which works once
        seeded = options.seed is not None
        self._random = random.Random(options.seed) if seeded else secrets.SystemRandom()
        self._bucket: tuple[float, datetime] | None = None

    @property
    def now(self) -> datetime:
        return self.options.clock()

    @property
    def start_url(self) -> str:
        return f"{self.url}/start"

    def after(self, seconds: float) -> datetime:
        """Return the time in so many seconds."""
        return self.now + timedelta(seconds=seconds)

    def text(self, length: int, alphabet: str = _URL_SAFE) -> str:
        """Return random text, which is the same on every run if the demo has a seed."""
        return "".join(self._random.choices(alphabet, k=length))

    def has_region(self, region: str) -> bool:
        """Return whether the Identity Center is in the region that a request names, if any."""
        return not region or not self.options.regions or region in self.options.regions

    def new_device_authorization(self, client: Client, region: str = "") -> DeviceAuthorization:
        """Issue a device code, approved already with the option `approve`."""
        is_elsewhere = not self.has_region(region)
        is_approved = self.options.approve and not is_elsewhere
        authorization = DeviceAuthorization(
            device_code=self.text(86),
            user_code=f"{self.text(4, _CONSONANTS)}-{self.text(4, _CONSONANTS)}",
            client_id=client.id,
            expires_at=self.after(self.options.device_code_lifetime),
            is_elsewhere=is_elsewhere,
            approval=Approval.ALLOWED if is_approved else Approval.WAITING,
        )
        self.device_authorizations[authorization.device_code] = authorization
        return authorization

    def waiting(self) -> list[DeviceAuthorization]:
        """Return the device codes that wait for approval, the oldest first."""
        return [
            each
            for each in self.device_authorizations.values()
            if each.approval is Approval.WAITING and self.now < each.expires_at
        ]

    def find_waiting(self, user_code: str) -> DeviceAuthorization | None:
        """Return the waiting code with this user code, in any case, with or without the dash."""
        wanted = _normalised(user_code)
        waiting = (each for each in self.waiting() if _normalised(each.user_code) == wanted)
        return next(waiting, None)

    def sign_in(self, client: Client) -> SignIn:
        """Start a session of the user, and return it with its first tokens."""
        sign_in = SignIn(client.id, client.scopes, refresh_token=None)
        self.sign_ins.append(sign_in)
        self.renew(sign_in, client)
        return sign_in

    def renew(self, sign_in: SignIn, client: Client) -> None:
        """Issue a new access token and, if the client may have one, a new refresh token."""
        access_token = "aoaAAAAA" + self.text(300)
        lifetime = self.options.access_token_lifetime
        sign_in.access_tokens[access_token] = self.after(lifetime)
        may_renew = self.options.refresh_allowed and ACCOUNT_ACCESS_SCOPE in (client.scopes or ())
        if client.grant_types is not None:
            may_renew = may_renew and "refresh_token" in client.grant_types
        sign_in.refresh_token = "aorAAAAA" + self.text(300) if may_renew else None

    def bearer(self, access_token: str) -> SignIn | None:
        """Return the session of a valid access token, or None."""
        for sign_in in self.sign_ins:
            expires_at = sign_in.access_tokens.get(access_token)
            if expires_at is not None and self.now < expires_at:
                return sign_in
        return None

    def issue(self, account_id: str, arn: str, lifetime: float) -> IssuedCredentials:
        """Issue role credentials that STS accepts. `lifetime` is in seconds."""
        role, session = arn.split("/")[-2:]
        credentials = IssuedCredentials(
            access_key_id="ASIA" + self.text(16, _BASE32),
            secret_access_key=self.text(40),
            session_token="IQoJb3JpZ2lu" + self.text(400),
            expires_at=self.after(lifetime),
            account_id=account_id,
            arn=arn,
            user_id=f"AROA{random.Random(f'{account_id}/{role}').randbytes(8).hex().upper()}"
            f"X:{session}",
        )
        self.credentials[credentials.access_key_id] = credentials
        return credentials

    def allows_list_call(self) -> bool:
        """Count a list call; return whether the rate limit allows it."""
        limit = self.options.rate_limit
        if limit is None:
            return True
        now = self.now
        tokens, filled_at = self._bucket or (float(limit.burst), now)
        tokens += max(0.0, (now - filled_at).total_seconds()) * limit.per_second
        tokens = min(float(limit.burst), tokens)
        is_allowed = tokens >= 1
        self._bucket = (tokens - is_allowed, now)
        return is_allowed


def _normalised(user_code: str) -> str:
    return "".join(character for character in user_code.upper() if character.isalnum())
