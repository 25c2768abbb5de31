"""Sessions that the AWS CLI refuses: each command refuses them too, and names the missing key."""

from __future__ import annotations

import os
import subprocess

import pytest

from rolecall.domain.model import SsoSession
from rolecall.files.caches.sso_cache import registration_stem
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, CommandLine, aws
from tests.support.programs import aws_cli


@pytest.fixture(params=["sso_start_url", "sso_region"])
def missing(request: pytest.FixtureRequest, signed_in: CommandLine) -> str:
    """Add a session without this key, with a valid token, and a profile that uses it."""
    key: str = request.param
    url, region = signed_in.server.start_url, signed_in.server.region
    values = {"sso_start_url": url, "sso_region": region}
    other, value = next((each, values[each]) for each in values if each != key)
    signed_in.add(
        f"[sso-session odd]\n{other} = {value}\n\n[profile odd-admin]\nsso_session = odd\n"
        f"sso_account_id = {ACCOUNT}\nsso_role_name = {PERMISSION_SET}"
    )
    token = signed_in.server.sign_in()
    signed_in.token_cache.save_token(SsoSession("odd", url, region), token)
    return key


def test_the_aws_cli_refuses_an_incomplete_session(signed_in: CommandLine, missing: str) -> None:
    for refused in (
        aws(signed_in, "sso", "login", "--sso-session", "odd", "--no-browser"),
        aws(signed_in, "sts", "get-caller-identity", "--profile", "odd-admin"),
    ):
        assert refused.returncode != 0
        assert missing in refused.stderr


@pytest.mark.parametrize(
    "command",
    [
        "export odd-admin",
        "exec odd-admin -- true",
        "credential-process --profile odd-admin",
        f"credential-process --sso-session odd --account {ACCOUNT} --permission-set X",
        "console odd-admin --print",
        "sign-in odd",
        "list --sso-session odd",
    ],
)
def test_an_incomplete_session_is_refused(
    signed_in: CommandLine, missing: str, command: str
) -> None:
    refused = signed_in.rolecall(*command.split())
    assert refused.returncode != 0
    assert f"odd has no {missing} in ~/.aws/config" in refused.stderr


def test_sign_in_does_not_choose_another_session_than_that_of_the_profile(
    signed_in: CommandLine, missing: str
) -> None:
    refused = signed_in.rolecall("sign-in", AWS_PROFILE="odd-admin")
    assert refused.returncode == 1
    assert f"odd has no {missing}" in refused.stderr


@pytest.fixture(params=["sso_start_url", "sso_region", "sso_registration_scopes"])
def differing(request: pytest.FixtureRequest, signed_in: CommandLine) -> str:
    """Add a profile that has another value for this key than its session."""
    key: str = request.param
    signed_in.add(
        f"[profile odd-admin]\nsso_session = corp\n{key} = other\n"
        f"sso_account_id = {ACCOUNT}\nsso_role_name = {PERMISSION_SET}\n\n"
        "[profile chained]\nrole_arn = arn:aws:iam::111111111111:role/x\n"
        "source_profile = odd-admin"
    )
    return key


def test_the_aws_cli_refuses_a_profile_that_differs_from_its_session(
    signed_in: CommandLine, differing: str
) -> None:
    refused = aws(signed_in, "sts", "get-caller-identity", "--profile", "odd-admin")
    assert refused.returncode != 0
    assert f"The value for {differing} is inconsistent" in refused.stderr


@pytest.mark.parametrize(
    "command",
    ["export odd-admin", "exec odd-admin -- true", "credential-process --profile chained"],
)
def test_a_profile_that_differs_from_its_session_is_refused(
    signed_in: CommandLine, differing: str, command: str
) -> None:
    refused = signed_in.rolecall(*command.split())
    assert refused.returncode != 0
    assert f"The {differing} of odd-admin differs from the one of its sso" in refused.stderr
    assert f"Remove {differing} from it" in refused.stderr


@pytest.mark.parametrize("scopes", ["", " ,", "sso:account:access", " sso:account:access,"])
def test_the_aws_cli_uses_the_same_registration_file(signed_out: CommandLine, scopes: str) -> None:
    text = signed_out.config.read_text().replace("sso:account:access", scopes)
    signed_out.config.write_text(text)
    session = signed_out.services.sign_in.session_named("corp")
    assert session is not None
    signed_out.services.sign_in.begin(session)
    ours = {path.stem for path in signed_out.sso_cache.iterdir()}
    assert ours == {registration_stem(session)}
    login = subprocess.Popen(
        [aws_cli(), "sso", "login", "--sso-session", "corp", "--no-browser", "--use-device-code"],
        env={"PATH": os.environ["PATH"], **signed_out.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert login.stdout is not None
    try:
        said = ""
        for line in login.stdout:
            said += line
            if "user_code=" in line:
                break
        assert "user_code=" in said
        assert {path.stem for path in signed_out.sso_cache.iterdir()} == ours
        assert signed_out.server.calls.count("RegisterClient") == 1
    finally:
        login.kill()
        login.communicate()
