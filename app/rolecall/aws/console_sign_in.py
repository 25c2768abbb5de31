"""AWS Sign-In: keys for console credentials, as `aws login` gets them.

The calls are unsigned, and prove with a signature that they come from the owner of the session's
key (`aws.dpop`). The values are those of the AWS CLI (`awscli.customizations.login.utils`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from rolecall.aws.call import call
from rolecall.aws.dpop import Prove
from rolecall.aws.hosts import host_in
from rolecall.aws.sign_in import Pkce
from rolecall.domain.errors import CodeInvalid
from rolecall.domain.errors.login_errors import LoginNeeded, LoginRefused
from rolecall.domain.link import Link, link_of
from rolecall.domain.login_session import claims_of, end_of, identity_of
from rolecall.domain.model import LoginSession, RoleCredentials, Secret
from rolecall.domain.records import dataclass, replace
from rolecall.domain.sign_in.pasted import CodeProblem
from rolecall.domain.text import safe

SAME_DEVICE: Final = "arn:aws:signin:::devtools/same-device"
CROSS_DEVICE: Final = "arn:aws:signin:::devtools/cross-device"
_CONFIRMATION: Final = "/v1/sessions/confirmation"
_OPERATION: Final = "CreateOAuth2Token"
_DENIED: Final = "AccessDeniedException"  # its member `error` says why
_MAX_LIFETIME: Final = 3600  # seconds of keys; AWS gives 900


class LoginProblem(StrEnum):
    """Why a login session gives no keys (`LoginNeeded.problem`)."""

    SIGNED_OUT = "signed-out"
    BROKEN = "broken"
    ENDED = "ended"
    INTERRUPTED = "interrupted"  # a renewal had no answer, and its refresh token works only once
    CHANGED = "changed"  # the password, or the rights of the identity


@dataclass(frozen=True, slots=True)
class LoginAsk:
    """The values of one sign-in. `key` is that of the session (`aws.dpop`)."""

    client_id: str
    pkce: Pkce
    key: Secret


class ConsoleSignIn:
    """AWS Sign-In in one region. `clock` returns an aware UTC datetime.

    All methods raise ServiceError. `prove` makes the proof for a call, with the key of the session.
    """

    def __init__(self, client: Any, region: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._region = region
        self._clock = clock

    @property
    def confirmation(self) -> str:
        """The address of the page that shows the code to paste."""
        return f"{self._base()}{_CONFIRMATION}"

    def link(self, ask: LoginAsk) -> Link:
        """Return the page on which the user allows the sign-in."""
        query = {
            "response_type": "code",
            "client_id": ask.client_id,
            "state": ask.pkce.state,
            "code_challenge_method": "SHA-256",
            "scope": "openid",
            "redirect_uri": ask.pkce.redirect_uri,
            "code_challenge": ask.pkce.challenge,
        }
        base = self._base()
        address = f"{base}/v1/authorize?{urlencode(query, quote_via=quote, safe='')}"
        return link_of(address, base)

    def redeem(self, ask: LoginAsk, code: Secret, prove: Prove) -> LoginSession:
        """Return the session for an authorization code. Raises CodeInvalid, LoginRefused."""
        token_input = {
            "clientId": ask.client_id,
            "grantType": "authorization_code",
            "code": code.reveal(),
            "codeVerifier": ask.pkce.verifier.reveal(),
            "redirectUri": ask.pkce.redirect_uri,
        }

        def read(output: dict[str, Any]) -> LoginSession:
            arn = claims_of(output["idToken"]).get("sub")
            if not isinstance(arn, str) or not identity_of(arn).account_id:
                raise KeyError("sub")
            return LoginSession(
                arn=arn,
                keys=self._keys(output, identity_of(arn).account_id),
                client_id=ask.client_id,
                refresh_token=Secret(output["refreshToken"]),
                dpop_key=ask.key,
                id_token=Secret(output["idToken"]),
                token_type=output["tokenType"],
                sign_in_region=self._region,
                ends_at=end_of(output["idToken"]),
            )

        return self._create_token(token_input, prove, read, "")

    def renew(self, session: LoginSession, profile: str, prove: Prove) -> LoginSession:
        """Return the session with new keys and a new refresh token.

        `profile` is named in errors. Raises LoginNeeded, LoginRefused.
        """
        token_input = {
            "clientId": session.client_id,
            "refreshToken": session.refresh_token.reveal(),
            "grantType": "refresh_token",
        }

        def read(output: dict[str, Any]) -> LoginSession:
            return replace(
                session,
                keys=self._keys(output, session.keys.account_id),
                refresh_token=Secret(output["refreshToken"]),
            )

        return self._create_token(token_input, prove, read, profile)

    def _create_token(
        self,
        token_input: dict[str, str],
        prove: Prove,
        read: Callable[[dict[str, Any]], LoginSession],
        profile: str,
    ) -> LoginSession:
        from botocore.exceptions import ClientError

        tries = 0

        def ask() -> LoginSession:
            nonlocal tries
            tries += 1
            try:
                answer = self._client.create_o_auth2_token(prove=prove, tokenInput=token_input)
            except ClientError as error:
                response: Any = error.response
                if error.response["Error"]["Code"] == _DENIED and "error" not in response:
                    raise KeyError("error") from None  # half of an answer
                problem = _refusal(str(response.get("error", "")), profile, response)
                if tries > 1 and isinstance(problem, CodeInvalid):
                    problem = CodeInvalid(CodeProblem.LOST)
                is_over = isinstance(problem, LoginNeeded) and problem.problem == LoginProblem.ENDED
                if tries > 1 and is_over:
                    problem = LoginNeeded(profile, LoginProblem.INTERRUPTED)
                raise problem or error from None
            return read(answer["tokenOutput"])

        return call(host_in(self._base()), _OPERATION, ask)

    def _keys(self, output: dict[str, Any], account_id: str | None) -> RoleCredentials:
        keys = output["accessToken"]
        lifetime = min(max(0, output["expiresIn"]), _MAX_LIFETIME)
        return RoleCredentials(
            access_key_id=keys["accessKeyId"],
            secret_access_key=Secret(keys["secretAccessKey"]),
            session_token=Secret(keys["sessionToken"]),
            # By the clock of this machine, because it is compared with that clock.
            expires_at=self._clock() + timedelta(seconds=lifetime),
            account_id=account_id,
        )

    def _base(self) -> str:
        """Return scheme and host of a call that is not made: botocore finds them for each call."""
        found: list[str] = []
        token_input = {"clientId": CROSS_DEVICE, "grantType": "refresh_token"}
        self._client.create_o_auth2_token(prove=found.append, tokenInput=token_input)
        parts = urlsplit(found[0])
        return f"{parts.scheme}://{parts.netloc}"


def prove_calls(client: Any) -> None:
    """Let the calls of a client of `signin` use `prove`, which returns the proof for an address.

    If it returns None, the call is not made.
    """

    def take(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["prove"] = params.pop("prove")

    def add(params: dict[str, Any], context: dict[str, Any], **_: object) -> Any:
        proof = context["prove"](params["url"])
        if proof is None:
            return SimpleNamespace(status_code=200), {"ResponseMetadata": {}}
        params["headers"]["DPoP"] = proof
        return None

    client.meta.events.register("before-parameter-build", take)
    client.meta.events.register("before-call", add)


def _refusal(error: str, profile: str, response: Any) -> Exception | None:
    match error:
        case "USER_CREDENTIALS_CHANGED":
            return LoginNeeded(profile, LoginProblem.CHANGED)
        case "INSUFFICIENT_PERMISSIONS":
            return LoginRefused(safe(str(response.get("message", ""))[:300]))
        case "AUTHCODE_EXPIRED":
            return CodeInvalid(CodeProblem.REFUSED)
        case "invalid_grant" if not profile:
            return CodeInvalid(CodeProblem.REFUSED)
        case "TOKEN_EXPIRED" | "invalid_grant":
            return LoginNeeded(profile, LoginProblem.ENDED)
    return None
