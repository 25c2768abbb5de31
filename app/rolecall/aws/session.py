"""boto3 clients that nothing on the machine can break.

The calls that come before there are credentials need none, yet a broken ~/.aws/config or a stale
AWS_PROFILE stops botocore from making even their clients. So these read neither; what users do
rely on is given back on purpose: AWS_CA_BUNDLE, AWS_ENDPOINT_URL_…, dual-stack and FIPS endpoints.
Proxies are taken from the process's environment by botocore itself.
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
# As many as may be under way at once: a crawl's workers, a sign-in's poll and the odd retry.
MAX_CONNECTIONS: Final = 32

# boto3's clients may be used by many threads, but its sessions by one at a time.
_MAKING = threading.Lock()


class Clients:
    """The clients of the two services, one a region, made when first asked for and then shared.

    Those of STS, which sign, are made for each caller.
    """

    def __init__(self, environ: Mapping[str, str], ca_bundle: str | None = None) -> None:
        self._environ = environ
        self._ca_bundle = ca_bundle or environ.get("AWS_CA_BUNDLE")
        self._made: dict[tuple[str, str], Any] = {}

    def oidc(self, region: str) -> SSOOIDCClient:
        """Raises RegionInvalid."""
        return cast("SSOOIDCClient", self._client("sso-oidc", region))

    def portal(self, region: str) -> SSOClient:
        """Raises RegionInvalid."""
        return cast("SSOClient", self._client("sso", region))

    def sts(self, region: str, credentials: Credentials) -> STSClient:
        """Signs with these credentials, so it is shared with nobody. Raises RegionInvalid."""
        with _MAKING:
            return cast("STSClient", self._make("sts", region, credentials))

    def _client(self, service: str, region: str) -> Any:
        with _MAKING:
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
            # A proxy cannot reach what answers on this machine.
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
        """As botocore reads it from the environment: the service's own, or the one for all."""
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
    """The botocore session that reads no file of the user's and follows no profile."""
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
    """Every region that botocore knows an Identity Center in, of all partitions, sorted."""
    with _MAKING:
        session = isolated_session()
        return tuple(
            sorted(
                region
                for partition in session.get_available_partitions()
                for region in session.get_available_regions("sso-oidc", partition)
            )
        )
