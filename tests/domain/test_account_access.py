"""Addresses of account access portals, however they are written, and other texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain import start_url
from rolecall.domain.access_role import Tenant, known_tenant
from rolecall.domain.account_access import AccountAccessPortal, part_of_portal, portal_of
from rolecall.domain.errors import StartUrlInvalid
from tests.support.for_each import for_each

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


@for_each(
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


@for_each("around", ["{}", " {}\n", "https://{}", "HTTPS://{}/#/", "<{}>", "{}."])
@for_each(
    "part",
    [
        "aa-gyxmap389",
        "AA-GYXMAP389",
        "aa-gyxmap389.account-access",
        "aa-gyxmap389.account-access.eu-west-1",
        "aa-gyxmap389.account-access.eu-west-1.app",
        "aa-gyxmap389.account-access.app.aws",
    ],
)
def test_a_part_of_the_address_names_the_tenant_and_is_no_start_url(around: str, part: str) -> None:
    typed = around.format(part)
    found = part_of_portal(typed)
    assert found is not None
    assert (found.tenant, found.host) == ("aa-gyxmap389", part.lower())
    with pytest.raises(StartUrlInvalid) as refused:
        start_url.normalise(typed)
    assert refused.value.problem == start_url.StartUrlProblem.ACCOUNT_ACCESS


@for_each(
    "address",
    [
        "",
        "aa-",
        "aa",
        "corp",
        f"aa-{'x' * 25}",
        HOST,
        f"{HOST}.evil.example",
        "http://aa-gyxmap389",
        "aa-gyxmap389.account-access.example",
        "aa-gyxmap389.awsapps.com/start",
        "aa gyxmap389",
    ],
)
def test_other_texts_are_no_part_of_the_address(address: str) -> None:
    assert part_of_portal(address) is None


def test_a_part_of_the_address_is_the_tenant_that_it_can_only_be() -> None:
    here, there = Tenant("aa-one", "eu-west-1"), Tenant("aa-one", "us-east-1")
    other = Tenant("aa-one-more", "eu-west-1")
    assert known_tenant("aa-one", [None, here, here, other]) == here
    assert known_tenant("aa-one", [here, there]) is None
    assert known_tenant("aa-one.account-access.us", [here, there]) is None  # no part: cut in a name
    assert known_tenant("aa-one.account-access.us-east-1", [here, there]) == there
    assert known_tenant("aa-one.account-access.us-east-1", [here]) is None
    assert known_tenant("aa-on", [here]) is None
    assert known_tenant(there.address, [here]) == there
