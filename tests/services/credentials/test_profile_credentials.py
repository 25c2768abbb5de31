"""Credentials of profiles of every kind."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.domain.errors import (
    NoCredentials,
    RequestRejected,
    RolecallError,
    SessionIncomplete,
    SignInNeeded,
    VerifyFailed,
)
from rolecall.domain.model import Credentials, RoleCredentials, Secret, SsoSession
from rolecall.domain.records import replace
from rolecall.services.credentials import credentials as credentials_module
from rolecall.services.credentials.credentials import CredentialsProblem
from tests.services.credentials.test_credentials import ADMIN, AUDIT, add_audit, asked, aws
from tests.support.desk import Desk
from tests.support.gate import Gate
from tests.support.network.aws_network import aws_network


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("config", "credentials", "has_some"),
    [
        ("", "", False),
        ("[default]\nregion = eu-west-1\n", "", False),
        ("[profile other]\ncredential_process = false\n", "", False),
        ("[default]\ncredential_process = false\n", "", True),
        ("", "[default]\naws_access_key_id = AKIA\n", True),
        ("", "[default]\nsso_session = corp\n", True),
        ("", "[default]\nsso_start_url = x\n", True),
        ("", "[default]\nsso_account_id = 1\n", True),
        ("[default]\nregion = eu-west-1\n", "[default]\nrole_arn = r\n", True),
        ("", "[default]\nregion = eu-west-1\n", False),
        ("", "[other]\naws_access_key_id = AKIA\n", False),
    ],
)
def test_the_default_has_credentials_if_it_says_from_where(
    desk: Desk, config: str, credentials: str, has_some: bool
) -> None:
    desk.add(f"\n{config}")
    (desk.config.parent / "credentials").write_text(credentials)
    assert desk.services.credentials.default_has_credentials() is has_some


class TestProfiles:
    def test_a_legacy_profile_gets_credentials(self, desk: Desk) -> None:
        url = desk.server.start_url
        legacy = SsoSession(None, url, desk.server.region, ())
        waiting = desk.services.sign_in.begin(legacy)
        desk.server.approve(waiting.code.user_code)
        assert waiting.poll() is not None
        desk.add(
            f"\n[profile old]\nsso_start_url = {url}\nsso_region = {desk.server.region}\n"
            f"sso_account_id = {AUDIT}\nsso_role_name = {ADMIN}\n",
        )
        assert desk.services.credentials.of_profile("old").account_id == AUDIT

    @pytest.mark.thorough
    def test_a_role_through_a_profile_is_assumed_once_and_shared_with_the_cli(
        self, desk: Desk
    ) -> None:
        desk.clock.now = datetime.now(UTC)
        desk.sign_in()
        add_audit(desk)
        desk.add(
            f"\n[profile middle]\nrole_arn = arn:aws:iam::{AUDIT}:role/Middle\n"
            "source_profile = audit-admin\nexternal_id = xyz\nrole_session_name = kim\n"
            f"\n[profile deploy]\nrole_arn = arn:aws:iam::{AUDIT}:role/Deployer\n"
            "source_profile = middle\nregion = eu-central-1\nduration_seconds = 1800\n",
        )
        service = desk.services.credentials
        ours = service.of_profile("deploy")
        assert service.of_profile("deploy") == ours
        assert (asked(desk), asked(desk, "AssumeRole")) == (1, 2)
        for profile in ("deploy", "middle"):
            answer = aws(desk, "configure", "export-credentials", "--profile", profile)
            access_key_id = service.of_profile(profile).access_key_id
            assert json.loads(answer)["AccessKeyId"] == access_key_id
        arn = json.loads(aws(desk, "sts", "get-caller-identity", "--profile", "deploy"))["Arn"]
        assert "assumed-role/Deployer/rolecall-" in arn
        assert (asked(desk), asked(desk, "AssumeRole")) == (1, 2)

    def test_a_sign_out_forgets_the_roles_that_were_assumed_through_the_session(
        self, desk: Desk
    ) -> None:
        service = desk.services.credentials
        desk.sign_in()
        add_audit(desk)
        role = f"role_arn = arn:aws:iam::{AUDIT}:role"
        desk.add(
            f"\n[profile middle]\n{role}/Middle\nsource_profile = audit-admin\n"
            f"\n[profile deploy]\n{role}/Deployer\nsource_profile = middle\n",
        )
        desk.services.locations.credentials.write_text(
            f"[stored]\n{role}/Stored\nsource_profile = middle\n"
        )
        service.of_profile("deploy")
        service.of_profile("stored")
        other = service.of_role(desk.session, AUDIT, ADMIN)
        desk.role_cache.save_assumed({"RoleArn": "arn:aws:iam::1:role/Other"}, other)
        tokens = desk.services.tokens
        deleted = {each[:2] for each in tokens.plan_sign_out(desk.session).roles}
        assert deleted == {
            *((AUDIT, ADMIN), ("middle", "Middle")),
            *(("deploy", "Deployer"), ("stored", "Stored")),
        }
        tokens.sign_out(desk.session)
        assert len(desk.role_cache.entries()) == 1

    def test_a_sign_out_between_the_calls_voids_an_assumed_role(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.sign_in()
        add_audit(desk)
        role = f"role_arn = arn:aws:iam::{AUDIT}:role/Middle"
        desk.add(f"\n[profile middle]\n{role}\nsource_profile = audit-admin\n")
        gate = Gate(monkeypatch, credentials_module, "assume_role")
        with ThreadPoolExecutor() as threads:
            asking = threads.submit(desk.services.credentials.of_profile, "middle")
            assert gate.entered.wait(20)
            desk.services.tokens.sign_out(desk.session)
            gate.open()
            with pytest.raises(SignInNeeded):
                asking.result(20)
        assert not desk.role_cache.entries()

    def test_keys_in_the_cache_are_enough_to_assume_a_role(self, desk: Desk) -> None:
        service = desk.services.credentials
        desk.sign_in()
        add_audit(desk)
        role = f"role_arn = arn:aws:iam::{AUDIT}:role/Middle"
        desk.add(f"\n[profile middle]\n{role}\nsource_profile = audit-admin\n")
        service.of_profile("audit-admin")
        desk.token_cache.forget_token(desk.session)
        assert service.of_profile("middle").account_id == AUDIT
        assert len(desk.role_cache.entries()) == 2

    def test_a_role_can_assume_itself(self, desk: Desk) -> None:
        """Clients assume it twice. The second call does not wait for the lock of the first."""
        role = f"role_arn = arn:aws:iam::{AUDIT}:role/Same\n"
        add_audit(
            desk,
            f"\n[profile inner]\n{role}source_profile = audit-admin\n"
            f"\n[profile outer]\n{role}source_profile = inner\n",
        )
        desk.sign_in()
        assert desk.services.credentials.of_profile("outer").access_key_id
        assert asked(desk, "AssumeRole") == 2

    def test_a_source_profile_with_keys_is_used_with_them(self, desk: Desk) -> None:
        """`botocore.credentials.AssumeRoleProvider`: keys of a source come before its role."""
        service = desk.services.credentials
        desk.clock.now = datetime.now(UTC)
        desk.sign_in()
        add_audit(desk)
        keys = service.of_profile("audit-admin")
        assert keys.session_token is not None
        role = f"role_arn = arn:aws:iam::{AUDIT}:role"
        desk.add(
            f"\n[profile base]\n{role}/Base\nsource_profile = audit-admin\n"
            f"aws_access_key_id = {keys.access_key_id}\n"
            f"aws_secret_access_key = {keys.secret_access_key.reveal()}\n"
            f"aws_session_token = {keys.session_token.reveal()}\n"
            f"\n[profile top]\n{role}/Top\nsource_profile = base\nregion = eu-west-1\n",
        )
        service.of_profile("top")
        assert asked(desk, "AssumeRole") == 1
        for path in desk.role_cache.folder.glob("*.json"):
            path.unlink()
        aws(desk, "configure", "export-credentials", "--profile", "top")
        assert asked(desk, "AssumeRole") == 2
        # Not as a source, its role comes first.
        assert service.of_profile("base").access_key_id != keys.access_key_id
        assert asked(desk, "AssumeRole") == 3

    @pytest.mark.parametrize(
        ("settings", "host"),
        [
            ("role_arn = arn:aws:iam::1:role/r", "sts.us-east-1.amazonaws.com"),
            ("role_arn = arn:aws-cn:iam::1:role/r", "sts.cn-north-1.amazonaws.com.cn"),
            (
                "role_arn = arn:aws-cn:iam::1:role/r\nregion = us-east-1",
                "sts.us-east-1.amazonaws.com",
            ),
        ],
    )
    def test_a_role_is_asked_for_in_the_region_of_the_profile_or_of_its_partition(
        self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, host: str
    ) -> None:
        desk.services.locations.credentials.write_text(
            "[keys]\naws_access_key_id = AKIA1\naws_secret_access_key = s1\n"
        )
        desk.add(f"\n[profile deploy]\n{settings}\nsource_profile = keys\n")
        with aws_network(desk.server, tmp_path / "network") as network:
            for name, value in network.environment.items():
                monkeypatch.setenv(name, value)  # botocore reads the proxy there
            services = desk.another(**network.environment, AWS_ENDPOINT_URL_STS="")
            with pytest.raises(RolecallError):  # the demo does not know the keys
                services.credentials.of_profile("deploy")
            assert {each.host for each in network.asked} == {host}

    def test_an_mfa_code_is_asked_for_once_and_the_cli_uses_the_credentials(
        self, desk: Desk
    ) -> None:
        service = desk.services.credentials
        add_audit(
            desk,
            f"\n[profile careful]\nrole_arn = arn:aws:iam::{AUDIT}:role/Careful\n"
            f"source_profile = audit-admin\nmfa_serial = arn:aws:iam::{AUDIT}:mfa/kim\n"
            "region = eu-west-1\n",
        )
        desk.sign_in()
        asked: list[str] = []

        class Prompt:
            @contextmanager
            def hidden_input(self) -> Iterator[None]:
                asked.append("hidden")
                yield
                asked.append("shown")

            def ask(self, device: str) -> str:
                asked.append(device)
                return "123456"

        with pytest.raises(NoCredentials):
            service.of_profile("careful")
        got = replace(service, prompt=Prompt()).of_profile("careful")
        assert service.of_profile("careful") == got  # from the cache, without asking for a code
        assert asked == ["hidden", f"arn:aws:iam::{AUDIT}:mfa/kim", "shown"]
        assert ":assumed-role/Careful/" in aws(
            desk, "sts", "get-caller-identity", "--profile", "careful"
        )

    def test_keys_in_the_credentials_file_are_used(self, desk: Desk) -> None:
        service = desk.services.credentials
        end = desk.clock.now + timedelta(minutes=30)
        (desk.home / ".aws" / "credentials").write_text(
            "[long]\naws_access_key_id = AKIA1\naws_secret_access_key = s1\n"
            "[short]\naws_access_key_id = ASIA1\naws_secret_access_key = s2\n"
            f"aws_session_token = t\naws_expiration = {end.isoformat()}\n"
            "[older]\naws_access_key_id = ASIA2\naws_secret_access_key = s3\n"
            "aws_security_token = t2\naws_account_id = 111122223333\n"
        )
        long, short = service.of_profile("long"), service.of_profile("short")
        assert long == Credentials("AKIA1", long.secret_access_key)
        assert (short.access_key_id, short.expires_at) == ("ASIA1", end)
        assert short.session_token == Secret("t")
        older = service.of_profile("older")
        assert (older.session_token, older.account_id) == (Secret("t2"), "111122223333")
        assert asked(desk) == 0
        desk.clock.forward(1800)
        with pytest.raises(NoCredentials) as raised:
            service.of_profile("short")
        assert raised.value.problem == CredentialsProblem.EXPIRED

    @pytest.mark.parametrize(
        ("settings", "problem"),
        [
            ("region = eu-west-1", CredentialsProblem.NO_KEYS),
            ("aws_access_key_id = k", CredentialsProblem.NO_KEYS),
            ("aws_secret_access_key = s", CredentialsProblem.NO_KEYS),
            ("aws_access_key_id =\naws_secret_access_key = s", CredentialsProblem.NO_KEYS),
            ("sso_session = corp", CredentialsProblem.INCOMPLETE),
            ("sso_start_url = https://acme.awsapps.com/start", CredentialsProblem.INCOMPLETE),
            ("sso_session = corp\nsso_account_id = 1", CredentialsProblem.INCOMPLETE),
            ("sso_session = corp\nsso_role_name = r", CredentialsProblem.INCOMPLETE),
            (
                "sso_session = other\nsso_account_id = 1\nsso_role_name = r",
                CredentialsProblem.NO_SUCH_SESSION,
            ),
            (
                "role_arn = r\ncredential_source = Environment\nmfa_serial = m",
                CredentialsProblem.MFA,
            ),
            ("role_arn = r\nsource_profile = none", CredentialsProblem.SOURCE_MISSING),
            ("role_arn = r", CredentialsProblem.NO_SOURCE),
            ("role_arn = r\nsource_profile = back\n[profile back]\nrole_arn = b\n"
             "source_profile = p", CredentialsProblem.LOOP),
            ("role_arn = r\nsource_profile = p", CredentialsProblem.NO_KEYS),
            ("role_arn = r\nsource_profile = own\n[profile own]\nrole_arn = b\n"
             "source_profile = own", CredentialsProblem.NO_KEYS),
            ("role_arn = r\nsource_profile = p\nmfa_serial = m", CredentialsProblem.MFA),
        ],
    )  # fmt: skip
    def test_the_error_says_why_there_are_no_credentials(
        self, desk: Desk, settings: str, problem: CredentialsProblem
    ) -> None:
        desk.add(f"\n[profile p]\n{settings}\n")
        with pytest.raises(NoCredentials) as raised:
            desk.services.credentials.of_profile("p")
        assert raised.value.problem == problem
        subjects = {"no-such-session": "other", "source-missing": "none", "mfa": "m", "loop": "p"}
        assert raised.value.subject == subjects.get(problem, "")

    def test_credentials_of_another_program_are_used_as_they_are(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """They are used as they are, and if the program fails, its error is shown."""
        service = desk.services.credentials
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANOT")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not")
        answer_of_program = {
            "Version": 1,
            "AccessKeyId": "ASIAVAULT",
            "SecretAccessKey": "s",
            "SessionToken": "t",
            "Expiration": "2099-01-01T00:00:00Z",
        }
        (desk.home / "answer.json").write_text(json.dumps(answer_of_program))
        desk.add(f"\n[profile vault]\ncredential_process = cat {desk.home / 'answer.json'}\n")
        desk.add("\n[profile broken]\ncredential_process = cat /nonesuch\n")
        got = service.of_profile("vault")
        ends = datetime(2099, 1, 1, tzinfo=UTC)
        assert got == RoleCredentials("ASIAVAULT", Secret("s"), Secret("t"), ends)
        del answer_of_program["SessionToken"]
        (desk.home / "answer.json").write_text(json.dumps(answer_of_program))
        assert service.of_profile("vault") == Credentials("ASIAVAULT", Secret("s"), None, ends)
        with pytest.raises(VerifyFailed) as raised:
            service.of_profile("broken")
        assert "/nonesuch" in raised.value.detail

    def test_two_requests_may_run_one_program_at_the_same_time(self, desk: Desk) -> None:
        """The program answers only while two of it run. Neither is refused as a loop."""
        running = desk.home / "running"
        running.mkdir()
        answer = desk.home / "answer.json"
        answer.write_text('{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s"}')
        program = desk.home / "program"
        program.write_text(
            f"#!/bin/sh\nmkdir {running}/$$\nleft=1000\n"
            f"until set -- {running}/* && [ $# -ge 2 ]; do\n"
            "    left=$((left - 1)); [ $left -gt 0 ] || exit 1; sleep 0.01\n"
            f"done\ncat {answer}\n"
        )
        program.chmod(0o755)
        desk.add(f"\n[profile vault]\ncredential_process = {program}\n")
        with ThreadPoolExecutor(2) as pool:
            found = [pool.submit(desk.services.credentials.of_profile, "vault") for _ in range(2)]
            assert {each.result(30).access_key_id for each in found} == {"A"}
        assert "ROLECALL_ASKED_FOR" not in os.environ

    @pytest.mark.parametrize(
        "settings",
        [
            f"role_arn = arn:aws:iam::{AUDIT}:role/r\nweb_identity_token_file = /nonesuch",
            f"role_arn = arn:aws:iam::{AUDIT}:role/r\ncredential_source = Environment",
        ],
    )
    def test_errors_of_botocore_are_explained(self, desk: Desk, settings: str) -> None:
        desk.add(f"\n[profile p]\nregion = eu-west-1\n{settings}\n")
        with pytest.raises(VerifyFailed) as raised:
            desk.services.credentials.of_profile("p")
        assert raised.value.profile == "p"

    def test_an_argument_that_botocore_rejects(self, desk: Desk) -> None:
        add_audit(desk, "[profile short]\nrole_arn = r\nsource_profile = audit-admin\n")
        desk.sign_in()
        with pytest.raises(RequestRejected) as raised:
            desk.services.credentials.of_profile("short")
        assert "RoleArn" in raised.value.detail

    def test_a_profile_that_does_not_exist_is_refused(self, desk: Desk) -> None:
        with pytest.raises(NoCredentials) as raised:
            desk.services.credentials.of_profile("nobody")
        assert raised.value.problem == CredentialsProblem.NOT_FOUND

    def test_a_profile_without_a_permission_set_has_no_page_of_the_portal(self, desk: Desk) -> None:
        service = desk.services.credentials
        add_audit(
            desk,
            "[profile plain]\nregion = x\n[profile partial]\nsso_session = corp\n"
            f"[profile account]\nsso_session = corp\nsso_account_id = {AUDIT}\n"
            f"[profile role]\nsso_session = corp\nsso_role_name = {ADMIN}\n",
        )
        assert service.console_link("audit-admin").url
        for name in ("plain", "partial", "account", "role"):
            with pytest.raises(NoCredentials) as raised:
                service.console_link(name)
            assert (raised.value.profile, raised.value.problem) == (
                name,
                CredentialsProblem.NO_PORTAL,
            )

    @pytest.mark.parametrize(
        ("own", "shown"), [("region = us-west-2\n", "us-west-2"), ("", "eu-west-1")]
    )
    def test_a_page_of_the_console_is_in_the_region_of_the_profile_or_its_session(
        self, desk: Desk, own: str, shown: str
    ) -> None:
        desk.add(
            "\n[profile there]\nsso_session = corp\n"
            f"sso_account_id = {AUDIT}\nsso_role_name = {ADMIN}\n{own}",
        )
        destination = desk.services.credentials.console_link("there", "s3").url.partition(
            "destination="
        )[2]
        assert f"region%3D{shown}" in destination

    def test_a_link_needs_the_address_of_the_portal(self, desk: Desk) -> None:
        service = desk.services.credentials
        desk.add(f"\n[profile adrift]\nsso_account_id = {AUDIT}\nsso_role_name = {ADMIN}\n")
        for use in (service.console_link, service.of_profile):
            with pytest.raises(SessionIncomplete) as raised:
                use("adrift")
            assert (raised.value.session, raised.value.problem) == ("adrift", "sso_start_url")

    def test_a_role_of_account_access_manager_has_no_page_of_the_portal(self, desk: Desk) -> None:
        command = "rolecall credential-process --sso-session corp --role-arn"
        role = "arn:aws:iam::111111111111:role/Ops"
        add_audit(desk, f"[profile ops]\ncredential_process = {command} {role}\n")
        with pytest.raises(NoCredentials) as raised:
            desk.services.credentials.console_link("ops")
        assert (raised.value.profile, raised.value.problem) == (
            "ops",
            CredentialsProblem.NO_CONSOLE,
        )

    def test_sessions_are_those_of_both_files(self, desk: Desk) -> None:
        service = desk.services.credentials
        old = "https://old.awsapps.com/start"
        desk.services.locations.credentials.write_text(
            f"[old]\nsso_start_url = {old}\nsso_region = eu-west-1\n"
        )
        assert [each.cache_key for each in service.sessions()] == ["corp", old]
        assert [service.session(each.cache_key) for each in service.sessions()] == list(
            service.sessions()
        )
        with pytest.raises(NoCredentials) as raised:
            service.session("gone\a")
        assert (raised.value.problem, raised.value.subject) == (
            CredentialsProblem.NO_SUCH_SESSION,
            "gone␇",
        )

    def test_a_name_like_that_of_a_profile_in_either_file_is_a_mistake(self, desk: Desk) -> None:
        add_audit(desk)
        desk.services.locations.credentials.write_text("[pasted]\naws_access_key_id = AKIAX\n")
        for name, near in (("audit-amdin", "audit-admin"), ("patsed", "pasted")):
            with pytest.raises(NoCredentials) as raised:
                desk.services.credentials.of_profile(name)
            assert raised.value.problem == CredentialsProblem.MISSPELLED
            assert (raised.value.profile, raised.value.subject) == (name, near)
