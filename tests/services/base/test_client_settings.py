"""What a profile says about clients is used as botocore uses it."""

from __future__ import annotations

import pytest

from rolecall.aws.session import Clients
from rolecall.domain.config.config import ClientSettings, EndpointUrl
from rolecall.domain.errors import ClientSettingInvalid, Unreachable
from rolecall.domain.model import Assignment
from tests.support.desk import Desk

NOWHERE = "http://127.0.0.1:1"
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


@pytest.mark.parametrize("form", ["endpoint_url", "services"])
@pytest.mark.parametrize("current", ["", "other"])
def test_signing_in_and_listing_call_the_endpoints_of_the_current_profile(
    desk: Desk, form: str, current: str
) -> None:
    """As `aws sso login` does, with and without --sso-session."""
    without_endpoints(desk)
    text = f"[profile {current}]\n" if current else "[default]\n"
    url = f"endpoint_url = {desk.server.url}\n"
    if form == "services":
        text += "services = demo\n[services demo]\n"
        text += "".join(f"{name} =\n  {url}" for name in ("sso", "sso_oidc"))
    else:
        text += url
    text += f"[profile elsewhere]\nendpoint_url = {NOWHERE}\n"
    desk.add(text)
    services = desk.another(AWS_PROFILE=current) if current else desk.another()
    attempt = services.sign_in.begin(desk.session)
    desk.server.approve(attempt.code.user_code)
    assert attempt.poll()
    assert services.inventory.list_everything(desk.session, print)
    services.tokens.sign_out(desk.session)
    assert desk.server.calls.count("Logout", status=200) == 1


@pytest.mark.parametrize("current", ["", "other"])
def test_the_endpoint_in_the_credentials_file_comes_first(desk: Desk, current: str) -> None:
    """Its keys override those of the config (`botocore.session.Session.full_config`)."""
    without_endpoints(desk)
    with desk.config.open("a") as file:
        file.write(f"[profile {current}]\n" if current else "[default]\n")
        file.write(f"endpoint_url = {NOWHERE}\n")
    stored = f"[{current or 'default'}]\nendpoint_url = {desk.server.url}\n"
    desk.config.with_name("credentials").write_text(stored)
    services = desk.another(AWS_PROFILE=current) if current else desk.another()
    assert services.sign_in.begin(desk.session)


def test_the_endpoint_of_a_profile_that_is_only_in_the_credentials_file(desk: Desk) -> None:
    without_endpoints(desk)
    stored = f"[keys]\nendpoint_url = {desk.server.url}\n"
    desk.config.with_name("credentials").write_text(stored)
    assert desk.another(AWS_PROFILE="keys").sign_in.begin(desk.session)


def test_a_broken_credentials_file_does_not_stop_a_sign_in(desk: Desk) -> None:
    without_endpoints(desk)
    desk.add(f"[default]\nendpoint_url = {desk.server.url}\n")
    desk.config.with_name("credentials").write_text("[default\n")
    assert desk.another().sign_in.begin(desk.session)


def test_a_broken_config_does_not_stop_a_sign_in(desk: Desk) -> None:
    services = desk.another()
    desk.config.write_text("[broken\n")
    assert services.sign_in.begin(desk.session)


def test_an_endpoint_that_changes_is_called_at_once(desk: Desk) -> None:
    without_endpoints(desk)
    before = desk.config.read_text()
    desk.config.write_text(f"{before}[default]\nendpoint_url = {NOWHERE}\n")
    with pytest.raises(Unreachable):
        desk.services.sign_in.begin(desk.session)
    desk.config.write_text(f"{before}[default]\nendpoint_url = {desk.server.url}\n")
    assert desk.services.sign_in.begin(desk.session)


def test_a_profile_without_an_endpoint_is_not_asked_at_that_of_the_current_one() -> None:
    nowhere = ClientSettings("", (EndpointUrl("", NOWHERE),))
    current = Clients({}, lambda: nowhere)
    assert current.portal("eu-west-1").meta.endpoint_url == NOWHERE
    of_profile = current.with_settings(ClientSettings())
    assert of_profile.portal("eu-west-1").meta.endpoint_url != NOWHERE
    assert current.with_settings(nowhere) is current


def test_a_source_profile_is_asked_at_the_endpoint_of_the_profile(
    desk: Desk, audit_admin: Assignment
) -> None:
    desk.sign_in()
    without_endpoints(desk)
    desk.add(
        f"[profile role]\nrole_arn = arn:aws:iam::{audit_admin.account.id}:role/Ops\n"
        "source_profile = audit-admin\nregion = eu-west-1\n"
        f"endpoint_url = {desk.server.url}\n"
    )
    assert desk.services.credentials.of_profile("role")
    assert desk.server.calls.count("AssumeRole", status=200) == 1


@pytest.mark.parametrize("profile", ["[default]", "[profile only]"])
def test_the_ca_bundle_of_the_config_is_used_for_signing_in(desk: Desk, profile: str) -> None:
    desk.add(f"{profile}\nca_bundle = /nowhere/ca.pem\n")
    with pytest.raises(ClientSettingInvalid) as caught:
        desk.another().sign_in.begin(desk.session)
    assert (caught.value.name, caught.value.typed) == ("ca_bundle", "/nowhere/ca.pem")


def test_the_ca_bundle_of_the_current_profile_comes_first(desk: Desk) -> None:
    desk.add("[profile a]\nca_bundle = /a.pem\n[profile b]\nca_bundle = /b.pem\n")
    assert desk.another().sign_in.begin(desk.session)  # they do not agree
    with pytest.raises(ClientSettingInvalid, match=r"/b\.pem"):
        desk.another(AWS_PROFILE="b").sign_in.begin(desk.session)
