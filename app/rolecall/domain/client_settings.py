"""What ~/.aws/config says about the clients of AWS."""

from __future__ import annotations

from typing import NamedTuple


class ClientSettings(NamedTuple):
    """`ca_bundle` is the path of a file with certificates, or empty.

    `endpoint_urls` are pairs of a service (`sso`, `sso_oidc`, `sts`; empty for all) and its URL.
    """

    ca_bundle: str = ""
    endpoint_urls: tuple[tuple[str, str], ...] = ()
    use_dual_stack: bool = False
    use_fips: bool = False
