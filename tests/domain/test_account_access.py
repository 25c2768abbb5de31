"""Addresses of account access portals, however they are written, and other texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.account_access import AccountAccessPortal, portal_of

HOST = "aa-gyxmap389.account-access.eu-west-1.app.aws"


@given(
    scheme=st.sampled_from(["https://", "HTTPS://", ""]),
    end=st.sampled_from(["", "/", "/#/", "#/", "/start", "/?x=1", ":443/", "."]),
    around=st.sampled_from(["{}", " {}\n", "<{}>", '"{}"']),
    upper=st.booleans(),
)
def test_an_account_access_portal_names_its_tenant_and_region(
    scheme: str, end: str, around: str, *, upper: bool
) -> None:
    host = HOST.upper() if upper else HOST
    portal = portal_of(around.format(f"{scheme}{host}{end}"))
    assert portal == AccountAccessPortal(HOST, "aa-gyxmap389", "eu-west-1")


@pytest.mark.parametrize(
    "address",
    [
        "",
        f"http://{HOST}",
        f"https://{HOST}.evil.example",
        f"https://user@{HOST}",
        f"https://evil.example/{HOST}",
        "https://gyxmap389.account-access.eu-west-1.app.aws",
        "https://aa-.account-access.eu-west-1.app.aws",
        f"https://aa-{'x' * 25}.account-access.eu-west-1.app.aws",
        "https://aa-gyxmap389.account-access.europe.app.aws",
        "https://ssoins-722363e45b5dd9cf.portal.eu-west-1.app.aws",
        "https://d-1234567890.awsapps.com/start",
    ],
)
def test_other_addresses_are_no_account_access_portal(address: str) -> None:
    assert portal_of(address) is None


@given(st.text(max_size=100))
def test_any_text_is_an_address_or_is_not(address: str) -> None:
    portal = portal_of(address)
    assert (
        portal is None or portal.host == f"{portal.tenant}.account-access.{portal.region}.app.aws"
    )
