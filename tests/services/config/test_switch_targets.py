"""What switching knows about roles whose sources lead nowhere."""

from __future__ import annotations

import pytest

from rolecall.domain.switching.variables import SwitchTarget
from rolecall.services.switching.switching import Switching
from tests.support.desk import Desk

ARN = "arn:aws:iam::111111111111:role/path/Deployer"


@pytest.mark.parametrize(
    ("name", "source"),
    [("there", "back"), ("lost", "gone")],
    ids=["back to the role", "to no profile"],
)
def test_a_role_whose_sources_lead_nowhere_has_no_session(
    desk: Desk, name: str, source: str
) -> None:
    desk.add(f"[profile {name}]\nrole_arn = {ARN}\nsource_profile = {source}")
    desk.add(f"[profile back]\nrole_arn = {ARN}\nsource_profile = there")
    assert Switching(desk.environ).targets()[name] == SwitchTarget(name, "1" * 12, "Deployer")


def test_the_session_of_a_role_is_that_of_its_credentials(desk: Desk) -> None:
    keys = "aws_access_key_id = AKIAX\naws_secret_access_key = x\n"
    role = f"role_arn = {ARN}\nsource_profile = sso\n"
    desk.add(
        "[profile sso]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"
        f"[profile keys]\n{role}{keys}[profile tokens]\nsso_session = corp\n{keys}"
        f"[profile web]\n{role}web_identity_token_file = token\n"
        + "".join(
            f"[profile by-{name}]\nrole_arn = {ARN}\nsource_profile = {name}\nsso_session = other\n"
            for name in ("sso", "keys", "tokens")
        )
    )
    targets = Switching(desk.environ).targets()
    found = {name: targets[name].session for name in targets if name.startswith(("by-", "web"))}
    assert found == {"web": "", "by-sso": "corp", "by-keys": "", "by-tokens": ""}
    assert targets["keys"].session == "corp"  # by itself, it assumes the role
