"""Which identity the clients use: what names it, what comes before it, and who AWS says it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from rolecall.domain.errors import VerifyFailed
from rolecall.domain.model import Assignment, PermissionSet
from rolecall.domain.records import replace
from rolecall.services.identity.whoami import (
    CredentialsSource,
    Origin,
    Overruled,
    PrecedenceRule,
    WhoamiService,
)
from rolecall.services.services import Services
from tests.support.desk import Desk, save
from tests.support.network.web_server import web_server

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x"}
POD = {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod"}

# What the server of a container answers.
MACHINE = b"""{"AccessKeyId": "ASIAX", "SecretAccessKey": "x", "Token": "x",
"Expiration": "2099-01-01T00:00:00Z"}"""

# What STS answers to both AssumeRoleWithWebIdentity and GetCallerIdentity.
STS = """<Both xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAX</AccessKeyId>
<SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
<GetCallerIdentityResult><Arn>arn:aws:sts::111111111111:assumed-role/pod/x</Arn>
<UserId>AROAX:x</UserId><Account>111111111111</Account></GetCallerIdentityResult></Both>"""


def service(desk: Desk, **variables: str) -> WhoamiService:
    return Services(desk.environ | variables).whoami


def origin(desk: Desk, option: str = "", **variables: str) -> Origin:
    return service(desk, **variables).origin(option)


def overruled(desk: Desk, option: str = "", **variables: str) -> list[tuple[str, str, str]]:
    found = origin(desk, option, **variables).overruled
    return [(each.rule.value, each.what, each.by) for each in found]


@pytest.fixture(autouse=True)
def profiles(desk: Desk, audit_admin: Assignment) -> None:
    save(desk, "audit-view", Assignment(audit_admin.account, PermissionSet("ViewOnlyAccess")))
    desk.add("[profile deploy]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = audit-admin")


class TestOrigin:
    def test_an_option_comes_before_the_variables_and_these_before_default(
        self, desk: Desk
    ) -> None:
        both = {"AWS_PROFILE": "audit-admin", "AWS_DEFAULT_PROFILE": "audit-view"}
        for option, variables, profile, by in (
            ("deploy", both, "deploy", "--profile"),
            ("", both, "audit-admin", "AWS_PROFILE"),
            ("", {"AWS_DEFAULT_PROFILE": "audit-view"}, "audit-view", "AWS_DEFAULT_PROFILE"),
            ("", {"AWS_PROFILE": ""}, "", "AWS_PROFILE"),
            ("", {}, "default", ""),
        ):
            found = origin(desk, option, **variables)
            assert (found.profile, found.named_by) == (profile, by)

    def test_the_line_of_the_profile_is_named(self, desk: Desk) -> None:
        found = origin(desk, "audit-view")
        assert found.path == desk.config
        text = desk.config.read_text().splitlines()
        assert text[found.line - 1] == "[profile audit-view]"
        assert found.target is not None
        assert (found.target.role, found.near) == ("ViewOnlyAccess", "")

    def test_keys_are_in_the_other_file(self, desk: Desk) -> None:
        path = desk.services.locations.credentials
        path.write_text("[old]\naws_access_key_id = AKIAX\naws_secret_access_key = x\n")
        found = origin(desk, "old")
        assert (found.path, found.line) == (path, 0)
        assert found.target is not None

    def test_an_empty_name_is_near_to_none(self, desk: Desk) -> None:
        desk.add("[profile a]\nregion = x")
        assert origin(desk, AWS_PROFILE="b").near == "a"
        assert origin(desk, AWS_PROFILE="").near == ""

    def test_a_missing_profile_has_its_nearest_name(self, desk: Desk) -> None:
        found = origin(desk, "audit-amdin")
        assert (found.target, found.line, found.near) == (None, 0, "audit-admin")
        assert found.path == desk.config
        desk.config.write_text("[broken\n")
        found = origin(desk, "audit-admin")
        assert (found.target, found.line, found.near) == (None, 0, "")

    def test_keys_in_the_environment_come_before_a_variable_and_after_an_option(
        self, desk: Desk
    ) -> None:
        assert origin(desk, AWS_PROFILE="audit-view", **KEYS).overruler == "AWS_ACCESS_KEY_ID"
        assert overruled(desk, AWS_PROFILE="audit-view", **KEYS) == [
            ("keys-first", "AWS_PROFILE=audit-view", "AWS_ACCESS_KEY_ID")
        ]
        assert overruled(desk, AWS_PROFILE="audit-view", AWS_DEFAULT_PROFILE="deploy", **KEYS) == [
            ("keys-first", "AWS_PROFILE=audit-view", "AWS_ACCESS_KEY_ID"),
            ("profile-first", "AWS_DEFAULT_PROFILE=deploy", "AWS_PROFILE=audit-view"),
        ]
        assert origin(desk, "audit-view", **KEYS).overruler == ""
        assert overruled(desk, "audit-view", **KEYS) == [
            ("option-first", "AWS_ACCESS_KEY_ID", "--profile")
        ]
        assert origin(desk, AWS_PROFILE="audit-view", AWS_ACCESS_KEY_ID="").overruler == ""
        assert overruled(desk, **KEYS) == []

    def test_a_web_identity_comes_before_all_but_a_role(self, desk: Desk) -> None:
        variable = "AWS_WEB_IDENTITY_TOKEN_FILE"
        assert overruled(desk, AWS_PROFILE="audit-view", **POD) == [
            ("web-identity-first", "AWS_PROFILE=audit-view", variable)
        ]
        assert origin(desk, AWS_PROFILE="deploy", **POD).overruler == ""
        assert origin(desk, "audit-view", **POD).overruler == ""
        desk.services.locations.credentials.write_text(
            "[stored]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = audit-admin\n"
        )
        assert origin(desk, AWS_PROFILE="stored", **POD).overruler == ""
        assert origin(desk, AWS_PROFILE="audit-view", **{variable: "/token"}).overruler == ""
        assert origin(desk, AWS_PROFILE="audit-view", **POD | {variable: ""}).overruler == ""
        assert origin(desk, **POD).overruler == variable
        assert origin(desk, **POD, **KEYS).overruler == "AWS_ACCESS_KEY_ID"

    def test_variables_that_name_another_profile_are_overruled(self, desk: Desk) -> None:
        both = {"AWS_PROFILE": "audit-admin", "AWS_DEFAULT_PROFILE": "audit-view"}
        names = [f"{name}={value}" for name, value in both.items()]
        assert overruled(desk, **both) == [("profile-first", names[1], names[0])]
        assert overruled(desk, "audit-view", **both) == [
            ("option-first", names[0], "--profile=audit-view")
        ]
        assert overruled(desk, "deploy", **both) == [
            ("option-first", each, "--profile=deploy") for each in names
        ]
        assert overruled(desk, AWS_PROFILE="audit-admin", AWS_DEFAULT_PROFILE="") == []

    def test_keys_beside_a_session_and_another_region_are_told(self, desk: Desk) -> None:
        path = desk.services.locations.credentials
        path.write_text("[audit-view]\naws_access_key_id = AKIAX\naws_secret_access_key = x\n")
        assert origin(desk, "audit-view", AWS_REGION="us-west-1").overruled == (
            Overruled(PrecedenceRule.SSO_OR_KEYS, str(path), "audit-view"),
            Overruled(PrecedenceRule.REGION_FIRST, "eu-west-1", "AWS_REGION=us-west-1"),
        )
        desk.add("[profile tokens]\nsso_session = corp")
        path.write_text("[tokens]\naws_access_key_id = AKIAX\naws_secret_access_key = x\n")
        assert overruled(desk, "tokens") == []
        path.write_text("[audit-view]\nregion = eu-west-1\n")
        assert overruled(desk, "audit-view") == []
        path.write_text("[broken\n")
        assert overruled(desk, "audit-admin", AWS_DEFAULT_REGION="eu-west-1") == []
        assert overruled(desk, "deploy", AWS_REGION="eu-west-1") == []  # it has no region

    @pytest.mark.parametrize(
        ("settings", "is_told"),
        [
            ("sso_session = corp\nsso_account_id = 1", True),
            ("sso_session = corp\nsso_role_name = x", True),
            ("role_arn = arn:aws:iam::1:role/x\ncredential_source = Environment", False),
        ],
    )
    def test_keys_beside_half_of_the_sso_settings_are_told(
        self, desk: Desk, settings: str, is_told: bool
    ) -> None:
        path = desk.services.locations.credentials
        path.write_text("[half]\naws_access_key_id = AKIAX\naws_secret_access_key = x\n")
        desk.add(f"[profile half]\n{settings}")
        assert overruled(desk, "half") == ([("sso-or-keys", str(path), "half")] if is_told else [])


class TestAsking:
    def test_aws_says_who_it_is(self, desk: Desk, audit_admin: Assignment) -> None:
        token = desk.sign_in()
        asking = service(desk, AWS_PROFILE="audit-admin", AWS_DEFAULT_PROFILE="audit-view")
        found = asking.ask(asking.origin())
        assert found.identity.account_id == audit_admin.account.id
        assert found.permission_set == audit_admin.permission_set.name
        assert found.source is CredentialsSource.PROFILE
        assert found.token is not None
        assert found.token.expires_at == token.expires_at
        found = asking.ask(asking.origin("audit-view"))
        assert found.permission_set == "ViewOnlyAccess"

    def test_a_role_that_a_profile_assumes_is_no_permission_set(
        self, desk: Desk, audit_admin: Assignment
    ) -> None:
        role = f"role_arn = arn:aws:iam::{audit_admin.account.id}:role/Ops"
        desk.add(f"[profile ops]\n{role}\nsource_profile = audit-admin\nregion = eu-west-1")
        desk.sign_in()
        asking = service(desk, AWS_PROFILE="ops")
        found = asking.ask(asking.origin())
        assert ":assumed-role/Ops/" in found.identity.arn
        assert found.permission_set == ""

    @pytest.mark.thorough
    def test_keys_have_no_account_name_or_token(self, desk: Desk, audit_admin: Assignment) -> None:
        desk.sign_in()
        desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
        keys = desk.services.credentials.of_profile("audit-admin")
        assert keys.session_token is not None
        secrets = {
            "AWS_ACCESS_KEY_ID": keys.access_key_id,
            "AWS_SECRET_ACCESS_KEY": keys.secret_access_key.reveal(),
            "AWS_SESSION_TOKEN": keys.session_token.reveal(),
        }
        name = audit_admin.account.name
        for variables, source, account_name in (
            ({"AWS_PROFILE": "audit-admin"}, CredentialsSource.PROFILE, name),
            ({"AWS_PROFILE": "audit-admin", **secrets}, CredentialsSource.ENVIRONMENT, ""),
            (secrets, CredentialsSource.ENVIRONMENT, ""),
        ):
            asking = service(desk, AWS_DEFAULT_REGION="eu-west-1", **variables)
            found = asking.ask(asking.origin())
            assert (found.source, found.account_name) == (source, account_name)
            assert (found.token is None) == (account_name == "")
            assert found.permission_set == audit_admin.permission_set.name

    @pytest.mark.thorough
    def test_a_token_is_renewed_for_a_profile_but_not_for_keys(self, desk: Desk) -> None:
        """The clients would not use it."""
        token = desk.sign_in()
        soon = desk.clock.now + timedelta(minutes=5)
        desk.token_cache.save_token(desk.session, replace(token, expires_at=soon))
        desk.server.calls.clear()
        asking = service(desk, AWS_PROFILE="audit-admin", **KEYS)
        with pytest.raises(VerifyFailed):
            asking.ask(asking.origin())
        assert desk.server.calls.count("CreateToken") == 0
        asking = service(desk)
        with pytest.raises(VerifyFailed):
            asking.ask(asking.origin("gone"))
        assert desk.server.calls.count("CreateToken") == 0
        asking = service(desk, AWS_PROFILE="audit-admin")
        assert asking.ask(asking.origin()).permission_set == "AWSAdministratorAccess"
        assert desk.server.calls.count("CreateToken") == 1

    @pytest.mark.thorough
    def test_a_token_that_aws_refuses_is_renewed_or_noted(self, desk: Desk) -> None:
        token = desk.sign_in()
        desk.server.revoke(token.value.reveal())
        asking = service(desk, AWS_PROFILE="audit-admin", **KEYS)
        with pytest.raises(VerifyFailed):
            asking.ask(asking.origin())
        assert desk.another().sign_in.valid_tokens([desk.session])
        asking = service(desk, AWS_PROFILE="audit-admin")
        assert asking.ask(asking.origin()).permission_set == "AWSAdministratorAccess"
        desk.server.forget_sign_ins()
        with pytest.raises(VerifyFailed) as raised:
            asking.ask(asking.origin())
        assert raised.value.problem == "token-refused"
        assert not desk.another().sign_in.valid_tokens([desk.session])

    def test_a_profile_that_is_in_no_file_is_not_the_default_profile(self, desk: Desk) -> None:
        desk.sign_in()
        desk.config.write_text(
            desk.config.read_text().replace("[profile audit-admin]", "[default]")
        )
        asking = service(desk)
        assert asking.ask(asking.origin()).permission_set == "AWSAdministratorAccess"
        with pytest.raises(VerifyFailed) as raised:
            asking.ask(asking.origin("gone"))
        assert (raised.value.profile, raised.value.problem) == ("gone", "not-found")

    def test_a_web_identity_comes_from_the_environment_or_the_profile(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        token = tmp_path / "token"
        token.write_text("a token")
        pod = {**POD, "AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_PROFILE": "audit-view"}
        desk.add(
            f"[profile pod]\nrole_arn = {POD['AWS_ROLE_ARN']}\nweb_identity_token_file = {token}\n"
            "region = eu-west-1"
        )
        with web_server((200, {"Content-Type": "text/xml"}, STS.encode())) as url:
            for variables, source in (
                (pod, CredentialsSource.ENVIRONMENT),
                ({"AWS_PROFILE": "pod"}, CredentialsSource.PROFILE),
            ):
                asking = service(desk, AWS_ENDPOINT_URL_STS=url, **variables)
                found = asking.ask(asking.origin())
                assert (found.source, found.token) == (source, None)
                assert found.identity.arn.endswith(":assumed-role/pod/x")

    @pytest.mark.thorough
    def test_keys_come_from_the_file_or_from_the_machine(self, desk: Desk) -> None:
        desk.services.locations.credentials.write_text(
            "[keys]\naws_access_key_id = AKIAX\naws_secret_access_key = x\nregion = eu-west-1\n"
        )
        with (
            web_server((200, {"Content-Type": "text/xml"}, STS.encode())) as sts,
            web_server((200, {"Content-Type": "application/json"}, MACHINE)) as container,
        ):
            machine = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": container}
            for variables, source in (
                ({"AWS_PROFILE": "keys"}, CredentialsSource.FILE),
                ({"AWS_PROFILE": "keys", **machine}, CredentialsSource.FILE),
                (machine, CredentialsSource.MACHINE),
            ):
                variables |= {"AWS_ENDPOINT_URL_STS": sts, "AWS_DEFAULT_REGION": "eu-west-1"}
                asking = service(desk, **variables)
                found = asking.ask(asking.origin())
                assert (found.source, found.account_name, found.token) == (source, "", None)

    @pytest.mark.thorough
    @pytest.mark.parametrize("profile", ["", "plain"])
    @pytest.mark.parametrize("place", ["AWS_CREDENTIAL_FILE", "BOTO_CONFIG", "~/.boto"])
    def test_keys_of_older_programs_are_not_those_of_the_profile(
        self, desk: Desk, profile: str, place: str
    ) -> None:
        desk.add("[profile plain]\nregion = eu-west-1\n")
        path = desk.home / ".boto" if place == "~/.boto" else desk.home / "old"
        boto = "[Credentials]\naws_access_key_id = AKIAX\naws_secret_access_key = x\n"
        of_ec2 = "AWSAccessKeyId=AKIAX\nAWSSecretKey=x\n"
        path.write_text(of_ec2 if place == "AWS_CREDENTIAL_FILE" else boto)
        variables = {} if place == "~/.boto" else {place: str(path)}
        if profile:
            variables["AWS_PROFILE"] = profile
        with web_server((200, {"Content-Type": "text/xml"}, STS.encode())) as sts:
            variables |= {"AWS_ENDPOINT_URL_STS": sts, "AWS_DEFAULT_REGION": "eu-west-1"}
            asking = service(desk, **variables)
            found = asking.ask(asking.origin())
        assert (found.source, found.old_file) == (CredentialsSource.OLD_FILE, path)

    def test_the_file_of_keys_is_told_though_the_config_has_the_profile(self, desk: Desk) -> None:
        desk.add("[profile keys]\nregion = eu-west-1\n")
        path = desk.services.locations.credentials
        path.write_text("[keys]\naws_access_key_id = AKIAX\naws_secret_access_key = x\n")
        with web_server((200, {"Content-Type": "text/xml"}, STS.encode())) as sts:
            asking = service(desk, AWS_PROFILE="keys", AWS_ENDPOINT_URL_STS=sts)
            found = asking.origin()
            assert asking.ask(found).source is CredentialsSource.FILE
        assert (found.path, found.line) == (path, 0)

    def test_keys_that_aws_does_not_know_are_named(self, desk: Desk) -> None:
        desk.sign_in()
        asking = service(desk, AWS_PROFILE="audit-admin", **KEYS)
        with pytest.raises(VerifyFailed) as raised:
            asking.ask(asking.origin())
        assert raised.value.profile == "AWS_ACCESS_KEY_ID"

    def test_keys_without_a_region_need_one_in_the_profile_if_there_is_one(
        self, desk: Desk
    ) -> None:
        for variables, problem in (
            ({"AWS_PROFILE": "deploy"}, "no-region"),
            ({}, "no-region-anywhere"),
        ):
            asking = service(desk, **variables, **KEYS)
            with pytest.raises(VerifyFailed) as raised:
                asking.ask(asking.origin())
            assert raised.value.problem == problem

    def test_a_machine_without_a_profile_needs_no_region_in_one(self, desk: Desk) -> None:
        with web_server((200, {"Content-Type": "application/json"}, MACHINE)) as container:
            asking = service(desk, AWS_CONTAINER_CREDENTIALS_FULL_URI=container)
            with pytest.raises(VerifyFailed) as raised:
                asking.ask(asking.origin())
        assert raised.value.problem == "no-region-anywhere"

    def test_an_empty_name_is_no_profile(self, desk: Desk) -> None:
        desk.sign_in()
        asking = service(desk, AWS_PROFILE="")
        with pytest.raises(VerifyFailed) as raised:
            asking.ask(asking.origin())
        assert raised.value.profile == "AWS_PROFILE"

    def test_a_signed_out_profile_is_not_asked_for_again(self, desk: Desk) -> None:
        asking = service(desk, AWS_PROFILE="audit-admin")
        with pytest.raises(VerifyFailed) as raised:
            asking.ask(asking.origin())
        assert raised.value.profile == "audit-admin"
        assert desk.server.calls.count("CreateToken") == 0
