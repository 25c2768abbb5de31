"""What verifying a profile says about credentials that AWS calls expired."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rolecall.aws.identity import VerifyProblem
from rolecall.demo.faults import StsError
from rolecall.domain.config.config import Config
from rolecall.domain.errors import VerifyFailed
from rolecall.domain.model import Assignment, Profile, RoleCredentials
from rolecall.domain.profile_kind import ProfileKind
from rolecall.presentation.errors import explain
from rolecall.services.credentials.expired_credentials import name_expired
from rolecall.services.services import Services
from tests.support import logins
from tests.support.desk import Desk, save
from tests.support.network.web_server import web_server

OWN = "The security token included in the request is expired"
SENTENCE = f"An error occurred (ExpiredToken) when calling the {{operation}} operation: {OWN}"
STORED = (
    "The keys of {profile} in ~/.aws/credentials have expired. Get new ones and write them there. "
)
ROLE = "[profile role]\nrole_arn = arn:aws:iam::1:role/Ops\nregion = eu-west-1\n"


@pytest.fixture
def old(desk: Desk, audit: Assignment) -> RoleCredentials:
    """Temporary credentials that have expired."""
    desk.sign_in()
    found = desk.services.credentials.of_role(desk.session, *audit.key)
    desk.clock.forward(13 * 3600)
    return found


def keys(old: RoleCredentials) -> str:
    return (
        f"aws_access_key_id = {old.access_key_id}\n"
        f"aws_secret_access_key = {old.secret_access_key.reveal()}\n"
        f"aws_session_token = {old.session_token.reveal()}\nregion = eu-west-1\n"
    )


def write_keys(desk: Desk, profile: str, old: RoleCredentials) -> None:
    desk.services.locations.credentials.write_text(f"[{profile}]\n{keys(old)}")


def explained(desk: Desk, profile: str, operation: str = "GetCallerIdentity") -> str:
    """Return the sentence about the profile, which `v`, `whoami` and `export` have in common."""
    with pytest.raises(VerifyFailed) as caught:
        desk.services.verification.verify(profile)
    asking = Services(desk.environ).whoami
    with pytest.raises(VerifyFailed) as by_whoami:
        asking.ask(asking.origin(profile))
    assert (caught.value.profile, caught.value.problem) == (profile, "credentials-expired")
    sentence = explain(caught.value)
    assert explain(by_whoami.value) == sentence
    own = SENTENCE.format(operation=operation)
    assert sentence.endswith(own)
    if operation == "AssumeRole":
        assert explained_by_export(desk, profile) == sentence.removesuffix(own)
    return sentence.removesuffix(own)


def explained_by_export(desk: Desk, profile: str) -> str:
    with pytest.raises(VerifyFailed) as caught:
        desk.another().credentials.export(profile)
    assert (caught.value.profile, caught.value.problem) == (profile, "credentials-expired")
    sentence = explain(caught.value)
    assert sentence.endswith(OWN)
    return sentence.removesuffix(OWN)


@pytest.mark.thorough
def test_the_file_that_has_the_keys_is_named(desk: Desk, old: RoleCredentials) -> None:
    write_keys(desk, "x", old)
    assert explained(desk, "x") == STORED.format(profile="x")
    desk.add(f"[profile y]\n{keys(old)}")
    in_config = STORED.replace("credentials", "config")
    assert explained(desk, "y") == in_config.format(profile="y")
    desk.add(f"[profile z]\ncredential_source = Environment\n{keys(old)}")  # only roles have that
    assert explained(desk, "z") == in_config.format(profile="z")


@pytest.mark.parametrize(
    ("problem", "has_profile"),
    [(VerifyProblem.CREDENTIALS_EXPIRED, False), (VerifyProblem.ACCESS_REFUSED, True)],
    ids=["no profile", "another problem"],
)
def test_nothing_is_named_for_no_profile_or_another_problem(
    problem: VerifyProblem, has_profile: bool
) -> None:
    failed = VerifyFailed("x", problem, OWN)
    keys_of_x = {"aws_access_key_id": "ASIAX", "aws_secret_access_key": "x"}
    chain = [Profile("x", ProfileKind.STATIC, settings=keys_of_x)] if has_profile else []
    name_expired(failed, chain, Config(), {})
    assert failed.cause is None


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("profile", "operation"), [("x", "GetCallerIdentity"), ("role", "AssumeRole")]
)
def test_a_program_that_gives_old_keys_is_named(
    desk: Desk, old: RoleCredentials, tmp_path: Path, profile: str, operation: str
) -> None:
    """Without an expiry, boto3 cannot know that they are old."""
    given = {
        "Version": 1,
        "AccessKeyId": old.access_key_id,
        "SecretAccessKey": old.secret_access_key.reveal(),
        "SessionToken": old.session_token.reveal(),
    }
    (tmp_path / "given").write_text(json.dumps(given))
    desk.add(f"[profile x]\ncredential_process = cat {tmp_path / 'given'}\nregion = eu-west-1")
    desk.add(f"{ROLE}source_profile = x")
    assert explained(desk, profile, operation) == (
        "The credential_process of x returns expired credentials. Check why that program"
        " does not get new ones. "
    )


@pytest.mark.thorough
@pytest.mark.parametrize("source", ["base", "role"])
def test_a_role_names_the_profile_whose_keys_have_expired(
    desk: Desk, old: RoleCredentials, source: str
) -> None:
    write_keys(desk, source, old)
    desk.add(f"{ROLE}source_profile = {source}")
    assert explained(desk, "role", "AssumeRole") == STORED.format(profile=source)


def test_the_first_of_two_roles_names_the_keys_below_the_second(
    desk: Desk, old: RoleCredentials
) -> None:
    write_keys(desk, "base", old)
    middle = ROLE.replace("profile role", "profile middle").replace("Ops", "Middle")
    desk.add(f"{middle}source_profile = base")
    desk.add(f"{ROLE}source_profile = middle")
    assert explained(desk, "role", "AssumeRole") == STORED.format(profile="base")


def test_a_source_with_keys_is_used_before_its_own_source(desk: Desk, old: RoleCredentials) -> None:
    write_keys(desk, "middle", old)
    desk.add("[profile middle]\nrole_arn = arn:aws:iam::1:role/A\nsource_profile = base")
    desk.add("[profile base]\nregion = eu-west-1")
    desk.add(f"{ROLE}source_profile = middle")
    assert explained(desk, "role", "AssumeRole") == STORED.format(profile="middle")


def test_keys_of_the_environment_are_named(desk: Desk, old: RoleCredentials) -> None:
    environ = desk.environ | {
        "AWS_ACCESS_KEY_ID": old.access_key_id,
        "AWS_SECRET_ACCESS_KEY": old.secret_access_key.reveal(),
        "AWS_SESSION_TOKEN": old.session_token.reveal(),
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    desk.add(f"{ROLE}credential_source = Environment")
    asking = Services(environ).whoami
    for profile, operation in (("", "GetCallerIdentity"), ("role", "AssumeRole")):
        with pytest.raises(VerifyFailed) as caught:
            asking.ask(asking.origin(profile))
        assert caught.value.problem == "credentials-expired"
        assert explain(caught.value) == (
            "The keys in AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN have expired. Set new ones. "
            + SENTENCE.format(operation=operation)
        )


def test_an_expired_web_identity_is_named(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"""
    token = tmp_path / "token"
    token.write_text("a token")
    own = "Token expired: current date must be before the expiration date"
    refusal = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>'
        f"<Code>ExpiredTokenException</Code><Message>{own}</Message></Error></ErrorResponse>"
    )
    role = "arn:aws:iam::1:role/pod"
    desk.add(
        f"[profile x]\nrole_arn = {role}\nweb_identity_token_file = {token}\nregion = eu-west-1"
    )
    pod = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": role}
    pod["AWS_DEFAULT_REGION"] = "eu-west-1"
    with web_server((400, {"Content-Type": "text/xml"}, refusal.encode())) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
        desk.environ["AWS_ENDPOINT_URL_STS"] = url
        of_profile = Services(desk.environ).whoami
        of_pod = Services(desk.environ | pod).whoami
        for ask, subject in (
            (lambda: of_profile.ask(of_profile.origin("x")), "x"),
            (lambda: desk.another().credentials.of_profile("x"), "x"),
            (lambda: of_pod.ask(of_pod.origin()), "AWS_WEB_IDENTITY_TOKEN_FILE"),
        ):
            with pytest.raises(VerifyFailed) as caught:
                ask()
            sentence = explain(caught.value)
            assert sentence.startswith(
                f"The web identity token of {subject} has expired. Write a new one to its file. An"
            )
            assert sentence.endswith(own)


def test_a_console_sign_in_can_be_repeated(desk: Desk) -> None:
    logins.log_in(desk)
    desk.server.faults.add("GetCallerIdentity", StsError("ExpiredToken", OWN))
    assert explained(desk, "console") == (
        "AWS says that the keys of the console sign-in of console have expired. `rolecall login"
        " console` signs in again. "
    )


def test_a_role_of_identity_center_gets_new_credentials_with_each_try(
    desk: Desk, audit: Assignment
) -> None:
    desk.sign_in()
    save(desk, "x", audit)
    desk.server.faults.add("GetCallerIdentity", StsError("ExpiredToken", OWN))
    again = "x: AWS says that its credentials have expired. Try again to get new ones. "
    assert explained(desk, "x") == again
    assert desk.server.calls.count("GetRoleCredentials") == 2
    desk.server.faults.clear()
    assert desk.services.verification.verify("x").account_id == audit.account.id


def test_a_role_names_no_file_if_its_source_is_of_identity_center(
    desk: Desk, audit: Assignment
) -> None:
    desk.sign_in()
    save(desk, "x", audit)
    desk.add(f"{ROLE}source_profile = x")
    desk.server.faults.add("AssumeRole", StsError("ExpiredToken", OWN))
    again = "role: AWS says that its credentials have expired. Try again to get new ones. "
    assert explained(desk, "role", "AssumeRole") == again
