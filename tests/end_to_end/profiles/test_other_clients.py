"""rolecall and the AWS CLI use the tokens of each other."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import ACCOUNTS, TerminalDesk

PROFILE = "log-archive-readonly"


@pytest.fixture
def signed_in(desk: TerminalDesk) -> TerminalDesk:
    """A machine that `aws sso login` has signed in."""
    desk.log_in_with_the_cli()
    return desk


def open_and_close(desk: TerminalDesk) -> None:
    with desk.open() as terminal:
        terminal.wait_for("Using the cached access token of")
        terminal.wait_for(ACCOUNTS)
        terminal.quit()


def test_a_token_of_the_cli_is_used_without_asking(signed_in: TerminalDesk) -> None:
    kept = signed_in.token()
    open_and_close(signed_in)
    assert signed_in.sign_ins() == 1
    assert signed_in.token() == kept


@pytest.mark.quick
def test_each_renews_after_the_other(signed_in: TerminalDesk) -> None:
    """Four renewals in turn use the refresh token of the other, without a new sign-in."""
    seen = {signed_in.token()["accessToken"]}
    for renew in (open_and_close, list_with_the_cli) * 2:
        seen.add(signed_in.age_token())
        renew(signed_in)
        assert signed_in.token()["accessToken"] not in seen
    assert signed_in.sign_ins() == 1


def list_with_the_cli(desk: TerminalDesk) -> None:
    """Make a call for which the CLI has no cached credentials."""
    for kept in (desk.home / ".aws" / "cli" / "cache").glob("*.json"):
        kept.unlink()
    desk.answer("sts", "get-caller-identity", "--profile", PROFILE)
