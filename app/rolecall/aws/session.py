"""boto3 clients that work whatever the AWS files of the user contain.

Calls for a sign-in need no credentials. But with a broken ~/.aws/config or a wrong AWS_PROFILE
botocore cannot even create the clients. So these read neither. What users rely on is set here:
AWS_CA_BUNDLE, AWS_ENDPOINT_URL_… and their keys in a profile, dual-stack and FIPS endpoints.
Proxies are read from the environment of the process by botocore itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from rolecall.aws.clock_skew import ClockSkew
from rolecall.aws.echo import hide_echoes
from rolecall.aws.hosts import note_host_of
from rolecall.domain.config.config import ClientSettings
from rolecall.domain.errors import ClientSettingInvalid, RegionInvalid
from rolecall.domain.start_url import is_loopback
from rolecall.domain.text import hide_userinfo, safe
from rolecall.domain.web_address import is_web_address

if TYPE_CHECKING:
    from botocore.httpsession import URLLib3Session
    from botocore.session import Session
    from mypy_boto3_sso.client import SSOClient
    from mypy_boto3_sso_oidc.client import SSOOIDCClient
    from mypy_boto3_sts.client import STSClient

    from rolecall.domain.model import Credentials

CONNECT_TIMEOUT: Final = 5  # seconds
READ_TIMEOUT: Final = 10  # seconds
# Calls that may run at the same time: the workers of a crawl, the poll of a sign-in, a few retries.
MAX_CONNECTIONS: Final = 32
_ACCOUNT_ACCESS: Final = "account-access-runtime"
_SIGN_IN: Final = "signin"
_CA_BUNDLE: Final = "AWS_CA_BUNDLE"
_CA_BUNDLE_OF_ALL: Final = "REQUESTS_CA_BUNDLE"  # for botocore, after the one in the config

# boto3's clients are thread-safe, its sessions are not.
_SESSION_LOCK = threading.Lock()


class Clients:
    """Creates clients. Those of OIDC and the portal are shared, one for each region.

    Clients of STS sign their requests and are created for each caller. `settings` returns what
    ~/.aws/config says now; variables of the environment come before it. `clock` returns an aware
    UTC datetime; `clock_skew` is how wrong it is.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        settings: Callable[[], ClientSettings] = ClientSettings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.clock_skew = ClockSkew(clock)
        self._environ = environ
        self._settings = settings
        self._clock = clock
        self._made: dict[tuple[str, str, ClientSettings], Any] = {}
        self._good_bundles: set[tuple[str, int]] = set()
        self._derived: dict[ClientSettings, Clients] = {}

    def with_settings(self, settings: ClientSettings) -> Clients:
        """Return the clients for a profile with these settings."""
        ours = self._settings()
        whole = settings._replace(ca_bundle=settings.ca_bundle or ours.ca_bundle)
        if whole == ours:
            return self
        if whole not in self._derived:
            self._derived[whole] = Clients(self._environ, lambda: whole, self._clock)
        return self._derived[whole]

    def oidc(self, region: str) -> SSOOIDCClient:
        """Return the client of the sign-in service. Raises RegionInvalid, ClientSettingInvalid."""
        return cast("SSOOIDCClient", self._client("sso-oidc", region))

    def portal(self, region: str) -> SSOClient:
        """Return the client of the access portal. Raises RegionInvalid, ClientSettingInvalid."""
        return cast("SSOClient", self._client("sso", region))

    def account_access(self, region: str) -> Any:
        """Return the client of account access manager, which has no stubs.

        Its operations take `accessToken` too: botocore signs with the bearer token of a client, but
        these clients are shared. Raises RegionInvalid, ClientSettingInvalid.
        """
        return self._client(_ACCOUNT_ACCESS, region)

    def console_sign_in(self, region: str) -> Any:
        """Return the client of AWS Sign-In, which has no stubs: see `aws.console_sign_in`.

        Raises RegionInvalid, ClientSettingInvalid.
        """
        return self._client(_SIGN_IN, region)

    def sts(self, region: str, credentials: Credentials) -> STSClient:
        """Return a new client that signs with these credentials.

        Raises RegionInvalid, ClientSettingInvalid.
        """
        with _SESSION_LOCK:
            return cast("STSClient", self._make("sts", region, credentials))

    def checked_ca_bundle(self, configured: str) -> str | None:
        """Return the file with certificates, or None. `configured` is the `ca_bundle` of
        ~/.aws/config. Raises ClientSettingInvalid if the file has none.
        """
        found = {
            _CA_BUNDLE: self._environ.get(_CA_BUNDLE),
            "ca_bundle": configured,
            _CA_BUNDLE_OF_ALL: self._environ.get(_CA_BUNDLE_OF_ALL),
        }
        name, path = next((each for each in found.items() if each[1]), ("", None))
        if path is not None:
            import ssl

            try:
                version = path, Path(path).stat().st_mtime_ns
                if version not in self._good_bundles:  # a search makes a client for every region
                    ssl.create_default_context(cafile=path)
                    self._good_bundles.add(version)
            except (OSError, ValueError):  # missing, unreadable, or not PEM
                raise ClientSettingInvalid(name, safe(path), "no-certificates") from None
        return path

    def has_endpoint(self, service: str) -> bool:
        """Return whether one address is configured for the service in all regions. Raises
        ClientSettingInvalid.
        """
        return self._endpoint(service) is not None

    def pages(self, address: str) -> URLLib3Session:
        """Return a session for web pages such as this one, which are of no service of AWS.

        Certificates and proxies are those of every call. It follows no redirect. Raises
        ClientSettingInvalid.
        """
        from botocore.httpsession import URLLib3Session
        from botocore.utils import get_environ_proxies

        bundle = self.checked_ca_bundle(self._settings().ca_bundle)
        return URLLib3Session(
            verify=bundle or True,  # type: ignore[arg-type]  # a path, too
            proxies=get_environ_proxies(address),
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),  # type: ignore[arg-type]  # as botocore does
        )

    def _client(self, service: str, region: str) -> Any:
        key = service, region, self._settings()
        with _SESSION_LOCK:
            if key not in self._made:
                self._made[key] = self._make(service, region)
            return self._made[key]

    def _make(self, service: str, region: str, credentials: Credentials | None = None) -> Any:
        from botocore import UNSIGNED
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        endpoint = self._endpoint(service)
        ours = self._settings()
        config = Config(
            signature_version=None if credentials else UNSIGNED,
            retries={"total_max_attempts": 1, "mode": "standard"},
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            max_pool_connections=MAX_CONNECTIONS,
            ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # new, not stubbed
            use_dualstack_endpoint=self._is_on("AWS_USE_DUALSTACK_ENDPOINT", ours.use_dual_stack),
            use_fips_endpoint=self._is_on("AWS_USE_FIPS_ENDPOINT", ours.use_fips),
            # A proxy cannot reach a server on this machine.
            proxies={} if endpoint and is_loopback(urlsplit(endpoint).hostname or "") else None,
        )
        try:
            client = isolated_session().create_client(
                service,
                region,
                endpoint_url=endpoint,
                verify=self.checked_ca_bundle(ours.ca_bundle) or True,
                config=config,
                **_keys(credentials),
            )
        except (BotoCoreError, ValueError):
            raise RegionInvalid(region) from None
        note_host_of(client)
        hide_echoes(client.meta.events)
        client.meta.events.register("after-call", self.clock_skew.measure)
        if credentials is not None:
            from rolecall.aws.signing import CorrectedSigning

            keys = tuple(_keys(credentials).values())
            CorrectedSigning(keys, self.clock_skew, self._clock).register(client)
        if service == _SIGN_IN:
            from rolecall.aws.console_sign_in import prove_calls

            prove_calls(client)
        if service == _ACCOUNT_ACCESS:
            client.meta.events.register("before-parameter-build", _take_token)
            client.meta.events.register("before-call", _authorize)
        return client

    def _endpoint(self, service: str) -> str | None:
        """Return the endpoint, in the order of botocore's ConfiguredEndpointProvider."""
        ours = self._settings()
        if self._is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", ours.ignores_endpoint_urls):
            return None
        id_ = service.replace("-", "_")
        variables = f"AWS_ENDPOINT_URL_{id_.upper()}", "AWS_ENDPOINT_URL"
        found = [(name, self._environ.get(name, ""), "") for name in variables]
        configured = {each.service: each for each in ours.endpoint_urls}
        for each in (configured.get(id_), configured.get("")):
            if each is not None:
                found.append(("endpoint_url", each.url, each.section))
        name, url, section = next((each for each in found if each[1]), ("", "", ""))
        if url and not is_web_address(url):
            raise ClientSettingInvalid(name, safe(hide_userinfo(url)), "not-a-url", section)
        if url and service == _ACCOUNT_ACCESS and not _is_private(url):
            raise ClientSettingInvalid(name, safe(hide_userinfo(url)), "not-https", section)
        return url or None

    def _is_on(self, variable: str, configured: bool = False) -> bool:
        """Whether the variable is "true". An empty one is set, as for botocore."""
        value = self._environ.get(variable)
        return configured if value is None else value.strip().lower() == "true"


def _take_token(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """Move the token from the parameters, which botocore checks, to the context of the call."""
    context["accessToken"] = params.pop("accessToken")


def _authorize(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    params["headers"]["Authorization"] = f"Bearer {context['accessToken']}"


def _keys(credentials: Credentials | None) -> dict[str, Any]:
    if credentials is None:
        return {}
    keys = {
        "aws_access_key_id": credentials.access_key_id,
        "aws_secret_access_key": credentials.secret_access_key.reveal(),
    }
    if credentials.session_token is not None:
        keys["aws_session_token"] = credentials.session_token.reveal()
    return keys


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent. botocore demands it for bearer tokens."""
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


# What botocore takes from variables, with its defaults (`configprovider`). rolecall passes the
# region, the certificates, timeouts and retries itself, and sends only small requests.
_UNREAD: Final = {
    "profile": None,
    "config_file": os.devnull,
    "credentials_file": os.devnull,
    "account_id_endpoint_mode": "preferred",
    "ca_bundle": None,
    "defaults_mode": "legacy",
    "disable_request_compression": False,
    "request_checksum_calculation": "when_supported",
    "request_min_compression_size_bytes": 10240,
    "response_checksum_validation": "when_supported",
    "s3": None,
    "s3_disable_express_session_auth": None,
    "sts_regional_endpoints": "regional",
}


@cache
def isolated_session() -> Session:
    """Return a botocore session that reads no file of the user, no profile, and no variable that
    means nothing to the calls of rolecall: botocore would make no client if one is invalid.
    """
    from botocore.session import Session

    unread = {name: (None, None, default, None) for name, default in _UNREAD.items()}
    return Session(session_vars=unread)
