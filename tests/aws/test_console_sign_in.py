"""Calls to AWS Sign-In."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rolecall.aws.console_sign_in import CROSS_DEVICE, ConsoleSignIn, LoginAsk
from rolecall.aws.dpop import new_key, prover
from rolecall.aws.session import Clients
from rolecall.aws.sign_in import Pkce
from rolecall.domain.errors import Unreachable
from rolecall.domain.model import Secret


def test_an_error_names_the_host_that_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules for endpoints decide, not the address that botocore shows for the client."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    client = Clients({"HTTPS_PROXY": "http://127.0.0.1:1"}).console_sign_in("eu-west-1")
    sign_in = ConsoleSignIn(client, "eu-west-1", lambda: datetime.now(UTC))
    pkce = Pkce(sign_in.confirmation, "s", Secret("v" * 64), "c" * 43)
    ask = LoginAsk(CROSS_DEVICE, pkce, new_key())
    with pytest.raises(Unreachable) as caught:
        sign_in.redeem(ask, Secret("code"), prover(ask.key, lambda: datetime.now(UTC)))
    assert caught.value.host == "eu-west-1.signin.aws.amazon.com"


ENOUGH = 3000  # one in 256 keys begins with zeros


def test_every_new_key_can_be_read_again() -> None:
    for _ in range(ENOUGH):
        prover(new_key(), lambda: datetime.now(UTC))
