"""What ~/.aws/config says about the clients of AWS."""

from __future__ import annotations

from typing import NamedTuple


class EndpointUrl(NamedTuple):
    """The URL of a service (`sso`, `sso_oidc`, `sts`; empty for all). `section` is the header above
    it, made safe.
    """

    service: str
    url: str
    section: str = ""


class ClientSettings(NamedTuple):
    """`ca_bundle` is the path of a file with certificates, or empty. `endpoint_urls` has one for
    each service at most; `ignores_endpoint_urls`: those of the environment do not count either.
    """

    ca_bundle: str = ""
    endpoint_urls: tuple[EndpointUrl, ...] = ()
    use_dual_stack: bool = False
    use_fips: bool = False
    ignores_endpoint_urls: bool = False
