"""When a profile is verified, an invalid address and a file without certificates are named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from rolecall.domain.errors import ClientSettingInvalid, VerifyFailed
from rolecall.domain.model import Assignment
from rolecall.domain.records import replace
from rolecall.presentation.errors import explain
from rolecall.services.identity.whoami import Whoami
from rolecall.services.services import Services
from tests.support import logins
from tests.support.desk import Desk
from tests.support.network.aws_network import aws_network

SENTENCE = "{name} is “foo”, which is not a web address such as https://host.example."
NO_CERTIFICATES = (
    "{name} is “{bundle}”, which is not a readable file with certificates. Correct or unset it."
)
KEYS = "aws_access_key_id = AKIAX\naws_secret_access_key = x\n"
ENDPOINTS = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS")


def whoami(desk: Desk, profile: str, **variables: str) -> Whoami:
    asking = Services(desk.environ | variables).whoami
    return asking.ask(asking.origin(profile))


def explained(desk: Desk, profile: str, **variables: str) -> str:
    """Return the sentence about the profile, which `whoami` and `v` have in common."""
    with pytest.raises(VerifyFailed) as caught:
        desk.another(**variables).verification.verify(profile)
    with pytest.raises(VerifyFailed) as by_whoami:
        whoami(desk, profile, **variables)
    assert (caught.value.profile, caught.value.problem) == (profile, "other")
    assert explain(by_whoami.value) == explain(caught.value)
    return explain(caught.value)


@pytest.mark.thorough
@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_STS"])
def test_the_variable_is_named(desk: Desk, audit_admin: Assignment, variable: str) -> None:
    desk.sign_in()
    assert explained(desk, "audit-admin", **{variable: "foo"}) == SENTENCE.format(name=variable)
    desk.add(f"[profile role]\nrole_arn = {role_arn(audit_admin)}\nsource_profile = audit-admin")
    assert explained(desk, "role", **{variable: "foo"}) == SENTENCE.format(name=variable)
    assert whoami(desk, "audit-admin")


def test_the_variable_of_all_services_is_named(desk: Desk, audit_admin: Assignment) -> None:
    desk.sign_in()
    del desk.environ["AWS_ENDPOINT_URL_STS"]
    wrong = {"AWS_ENDPOINT_URL": "foo"}
    assert explained(desk, "audit-admin", **wrong) == SENTENCE.format(name="AWS_ENDPOINT_URL")


@pytest.mark.parametrize(
    ("lines", "section"),
    [
        ("", "[profile audit-admin]"),
        ("services = own\n[services own]\nsso =\n  ", "[services own]"),
    ],
)
def test_the_key_of_the_config_is_named_with_its_section(
    desk: Desk, audit_admin: Assignment, lines: str, section: str
) -> None:
    desk.sign_in()
    for name in ENDPOINTS:
        del desk.environ[name]
    desk.config.write_text(f"{desk.config.read_text().rstrip()}\n{lines}endpoint_url = foo\n")
    name = f"endpoint_url in {section}"
    assert explained(desk, "audit-admin") == SENTENCE.format(name=name)


def test_the_section_of_the_credentials_file_is_named(desk: Desk) -> None:
    for name in ENDPOINTS:
        del desk.environ[name]
    desk.services.locations.credentials.write_text(
        "[x]\naws_access_key_id = AKIAX\naws_secret_access_key = x\nendpoint_url = foo\n"
    )
    assert explained(desk, "x") == SENTENCE.format(name="endpoint_url in [x]")


def test_an_address_that_a_profile_does_not_use_does_not_matter(
    desk: Desk, audit_admin: Assignment
) -> None:
    """boto3 verifies it, too."""
    desk.sign_in()
    assert whoami(desk, "audit-admin", AWS_ENDPOINT_URL_SSO_OIDC="foo")
    given = desk.services.credentials.of_role(desk.session, *audit_admin.key)
    assert given.session_token
    desk.services.locations.credentials.write_text(
        f"[x]\naws_access_key_id = {given.access_key_id}\nregion = eu-west-1\n"
        f"aws_secret_access_key = {given.secret_access_key.reveal()}\n"
        f"aws_session_token = {given.session_token.reveal()}\n"
    )
    wrong = {"AWS_ENDPOINT_URL_SSO": "foo", "AWS_ENDPOINT_URL_SIGNIN": "foo"}
    assert whoami(desk, "x", **wrong).identity.account_id == audit_admin.account.id


@pytest.mark.parametrize("minutes", [12, -1])
def test_the_address_of_a_renewal_is_named(
    desk: Desk, audit_admin: Assignment, minutes: int
) -> None:
    """boto3 renews a token in its last 15 minutes, and fails if it cannot make the client."""
    token = desk.sign_in()
    soon = desk.clock.now + timedelta(minutes=minutes)
    desk.token_cache.save_token(desk.session, replace(token, expires_at=soon))
    name = "AWS_ENDPOINT_URL_SSO_OIDC"
    with pytest.raises(VerifyFailed) as caught:
        desk.another(**{name: "foo"}).verification.verify("audit-admin")
    assert explain(caught.value) == SENTENCE.format(name=name)


def test_the_address_of_console_sign_ins_is_named(desk: Desk) -> None:
    session = logins.log_in(desk)
    logins.expire(desk, session.arn)
    wrong = {"AWS_ENDPOINT_URL_SIGNIN": "foo"}
    assert explained(desk, "console", **wrong) == SENTENCE.format(name="AWS_ENDPOINT_URL_SIGNIN")


def test_the_address_for_keys_of_the_environment_is_named(desk: Desk) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x"}
    keys |= {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL_STS": "foo"}
    with pytest.raises(VerifyFailed) as caught:
        whoami(desk, "", **keys)
    assert explain(caught.value) == SENTENCE.format(name="AWS_ENDPOINT_URL_STS")


def test_the_address_for_a_web_identity_is_named_by_credentials(desk: Desk, tmp_path: Path) -> None:
    desk.add(f"[profile pod]\nrole_arn = r\nweb_identity_token_file = {tmp_path / 'token'}")
    with pytest.raises(ClientSettingInvalid) as caught:
        desk.another(AWS_ENDPOINT_URL_STS="foo").credentials.of_profile("pod")
    assert explain(caught.value) == SENTENCE.format(name="AWS_ENDPOINT_URL_STS")


def test_a_file_without_certificates_is_named_for_keys_of_the_environment(
    desk: Desk, tmp_path: Path
) -> None:
    del desk.environ["AWS_ENDPOINT_URL_STS"]
    bundle = tmp_path / "missing.pem"
    keys = {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x"}
    with aws_network(desk.server, tmp_path / "network") as network:
        variables = network.environment | keys | {"AWS_CA_BUNDLE": str(bundle)}
        with pytest.raises(VerifyFailed) as caught:
            whoami(desk, "", **variables, AWS_DEFAULT_REGION="us-east-1")
    assert explain(caught.value) == NO_CERTIFICATES.format(name="AWS_CA_BUNDLE", bundle=bundle)


@pytest.mark.thorough
@pytest.mark.parametrize("content", [None, "no certificates"])
@pytest.mark.parametrize("is_variable", [True, False])
def test_a_file_without_certificates_is_named(
    desk: Desk, tmp_path: Path, content: str | None, *, is_variable: bool
) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    del desk.environ["AWS_ENDPOINT_URL_STS"]
    lines = f"[x]\n{KEYS}region = us-east-1\n"
    desk.services.locations.credentials.write_text(
        lines if is_variable else f"{lines}ca_bundle = {bundle}\n"
    )
    with aws_network(desk.server, tmp_path / "network") as network:
        variables = {**network.environment, "AWS_CA_BUNDLE": str(bundle) if is_variable else ""}
        assert explained(desk, "x", **variables) == NO_CERTIFICATES.format(
            name="AWS_CA_BUNDLE" if is_variable else "ca_bundle", bundle=bundle
        )


def test_a_file_without_certificates_does_not_matter_if_it_is_not_read(
    desk: Desk, audit_admin: Assignment, tmp_path: Path
) -> None:
    """boto3 reads it for https only."""
    desk.sign_in()
    assert whoami(desk, "audit-admin", AWS_CA_BUNDLE=str(tmp_path / "missing.pem"))


def role_arn(assignment: Assignment) -> str:
    return f"arn:aws:iam::{assignment.account.id}:role/Ops"
