"""The state that the screens show."""

from __future__ import annotations

from rolecall.domain.config import Config
from rolecall.domain.model import Profile, ProfileKind
from rolecall.ui.state.app_state import AppState


def test_the_sign_of_a_verified_profile_goes_when_the_profile_changes() -> None:
    state = AppState()
    state.set_config(Config(profiles=(Profile("mine", ProfileKind.SSO, region="eu-west-1"),)))
    state.note_verified("mine", works=True)
    state.set_config(Config(profiles=(Profile("mine", ProfileKind.SSO, region="eu-west-1"),)))
    assert state.verification_of("mine") is True
    state.set_config(Config(profiles=(Profile("mine", ProfileKind.SSO, region="us-east-1"),)))
    assert state.verification_of("mine") is None
