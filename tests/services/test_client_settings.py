"""What a profile says about clients is used as botocore uses it."""

from __future__ import annotations

import pytest

from rolecall.domain.errors import ClientSettingInvalid
from rolecall.domain.model import Assignment
from tests.support.desk import Desk

ENDPOINTS = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS")


def without_endpoints(desk: Desk) -> Desk:
    """The clients of this machine find the demo only through its config."""
    for name in ENDPOINTS:
        del desk.environ[name]
    desk.services = desk.another()
    return desk


@pytest.mark.parametrize("form", ["endpoint_url", "services"])
def test_the_endpoint_of_a_profile_is_called(
    desk: Desk, audit_admin: Assignment, form: str
) -> None:
    desk.sign_in()
    without_endpoints(desk)
    text = desk.config.read_text()
    if form == "services":
        text = text.replace("[profile audit-admin]\n", "[profile audit-admin]\nservices = demo\n")
        text += f"[services demo]\nsso =\n  endpoint_url = {desk.server.url}\n"
    else:
        url = f"endpoint_url = {desk.server.url}\n"
        text = text.replace("[profile audit-admin]\n", f"[profile audit-admin]\n{url}")
    desk.config.write_text(text)
    assert desk.services.credentials.export("audit-admin").credentials
    assert desk.server.calls.count("GetRoleCredentials", status=200) == 1


def test_a_source_profile_is_asked_at_the_endpoint_of_the_profile(
    desk: Desk, audit_admin: Assignment
) -> None:
    desk.sign_in()
    without_endpoints(desk)
    with desk.config.open("a") as file:
        file.write(
            f"[profile role]\nrole_arn = arn:aws:iam::{audit_admin.account.id}:role/Ops\n"
            "source_profile = audit-admin\nregion = eu-west-1\n"
            f"endpoint_url = {desk.server.url}\n"
        )
    assert desk.services.credentials.of_profile("role")
    assert desk.server.calls.count("AssumeRole", status=200) == 1


@pytest.mark.parametrize("profile", ["[default]", "[profile only]"])
def test_the_ca_bundle_of_the_config_is_used_for_signing_in(desk: Desk, profile: str) -> None:
    with desk.config.open("a") as file:
        file.write(f"{profile}\nca_bundle = /nowhere/ca.pem\n")
    with pytest.raises(ClientSettingInvalid) as caught:
        desk.another().sign_in.begin(desk.session)
    assert (caught.value.name, caught.value.typed) == ("ca_bundle", "/nowhere/ca.pem")


def test_the_ca_bundle_of_the_current_profile_comes_first(desk: Desk) -> None:
    with desk.config.open("a") as file:
        file.write("[profile a]\nca_bundle = /a.pem\n[profile b]\nca_bundle = /b.pem\n")
    assert desk.another().sign_in.begin(desk.session)  # they do not agree
    with pytest.raises(ClientSettingInvalid, match=r"/b\.pem"):
        desk.another(AWS_PROFILE="b").sign_in.begin(desk.session)
