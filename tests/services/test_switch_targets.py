"""What switching knows of roles whose sources lead nowhere."""

from __future__ import annotations

import pytest

from rolecall.domain.switching import SwitchTarget
from rolecall.services.switching import Switching
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
