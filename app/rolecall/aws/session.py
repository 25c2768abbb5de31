"""boto3 clients that work whatever the AWS files of the user contain.

Calls for a sign-in need no credentials. Yet with a broken ~/.aws/config or a wrong AWS_PROFILE
botocore cannot even create the clients. So these read neither. What users rely on is set here:
AWS_CA_BUNDLE, AWS_ENDPOINT_URL_…, dual-stack and FIPS endpoints. Proxies are read from the
environment of the process by botocore itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from rolecall.domain.errors import RegionInvalid
from rolecall.domain.start_url import is_loopback

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_sso.client import SSOClient
    from mypy_boto3_sso_oidc.client import SSOOIDCClient
    from mypy_boto3_sts.client import STSClient

    from rolecall.domain.model import Credentials

CONNECT_TIMEOUT: Final = 5  # seconds
READ_TIMEOUT: Final = 10  # seconds
# Calls that may run at the same time: the workers of a crawl, the poll of a sign-in, a few retries.
MAX_CONNECTIONS: Final = 32

# boto3's clients are thread-safe, its sessions are not.
_SESSION_LOCK = threading.Lock()


class Clients:
    """Creates clients. Those of OIDC and the portal are shared, one for each region.

    Clients of STS sign their requests and are created for each caller.
    """

    def __init__(self, environ: Mapping[str, str], ca_bundle: str | None = None) -> None:
        self._environ = environ
        self._ca_bundle = ca_bundle or environ.get("AWS_CA_BUNDLE")
        self._made: dict[tuple[str, str], Any] = {}

    def oidc(self, region: str) -> SSOOIDCClient:
        """Return the client of the sign-in service. Raises RegionInvalid."""
        return cast("SSOOIDCClient", self._client("sso-oidc", region))

    def portal(self, region: str) -> SSOClient:
        """Return the client of the access portal. Raises RegionInvalid."""
        return cast("SSOClient", self._client("sso", region))

    def sts(self, region: str, credentials: Credentials) -> STSClient:
        """Return a new client that signs with these credentials. Raises RegionInvalid."""
        with _SESSION_LOCK:
            return cast("STSClient", self._make("sts", region, credentials))

    def _client(self, service: str, region: str) -> Any:
        with _SESSION_LOCK:
            if (service, region) not in self._made:
                self._made[service, region] = self._make(service, region)
            return self._made[service, region]

    def _make(self, service: str, region: str, credentials: Credentials | None = None) -> Any:
        from botocore import UNSIGNED
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        endpoint = self._endpoint(service)
        config = Config(
            signature_version=None if credentials else UNSIGNED,
            retries={"total_max_attempts": 1, "mode": "standard"},
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            max_pool_connections=MAX_CONNECTIONS,
            ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # new, not stubbed
            use_dualstack_endpoint=self._is_on("AWS_USE_DUALSTACK_ENDPOINT"),
            use_fips_endpoint=self._is_on("AWS_USE_FIPS_ENDPOINT"),
            # A proxy cannot reach a server on this machine.
            proxies={} if endpoint and is_loopback(urlsplit(endpoint).hostname or "") else None,
        )
        try:
            return isolated_session().create_client(
                service,
                region,
                endpoint_url=endpoint,
                verify=self._ca_bundle,
                config=config,
                **_keys(credentials),
            )
        except (BotoCoreError, ValueError):
            raise RegionInvalid(region) from None

    def _endpoint(self, service: str) -> str | None:
        """Return the endpoint from the environment, as botocore does: of the service, or of all."""
        if self._is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
            return None
        own = f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}"
        return self._environ.get(own) or self._environ.get("AWS_ENDPOINT_URL") or None

    def _is_on(self, variable: str) -> bool:
        return self._environ.get(variable, "").strip().lower() == "true"


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


@cache
def isolated_session() -> Session:
    """Return a botocore session that reads no file of the user and no profile."""
    from botocore.session import Session

    return Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )


@cache
def regions() -> tuple[str, ...]:
    """Return all regions with an Identity Center, of all partitions, sorted, from botocore."""
    with _SESSION_LOCK:
        session = isolated_session()
        return tuple(
            sorted(
                region
                for partition in session.get_available_partitions()
                for region in session.get_available_regions("sso-oidc", partition)
            )
        )
