"""`rolecall credentials clean`: expired keys are deleted, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import PROFILE, CommandLine

KEYS = "aws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n"
PAST, FUTURE = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
ALIVE = (
    f"# mine\n[alive]\n{KEYS}x_security_token_expires = {FUTURE}\n"
    f"\n[who-knows]\n{KEYS}"
    f"\n[long]\naws_access_key_id = AKIA1\naws_secret_access_key = s\nexpiration = {PAST}\n"
)


def test_expired_keys_are_listed_deleted_and_restored(signed_out: CommandLine) -> None:
    path = signed_out.home / ".aws" / "credentials"
    dead = (
        f"\n[dead]\n{KEYS}x_security_token_expires = {PAST}\n"
        f"\n[default]\n{KEYS}aws_expiration = {PAST}\nregion = eu-west-1\n"
    )
    path.write_text(ALIVE + dead)
    listed = signed_out.output_of("credentials", "clean", "--dry-run")
    assert [line.split()[0] for line in listed.splitlines()[:2]] == ["dead", "default"]
    assert "\n-[dead]\n-aws_access_key_id" in listed
    assert "\n-aws_secret_access_key = …\n" in listed
    assert "days ago" in listed
    refused = signed_out.rolecall("credentials", "clean")
    assert refused.returncode == 1
    assert path.read_text() == ALIVE + dead
    assert "undo" in signed_out.output_of("credentials", "clean", "--yes")
    assert path.read_text() == ALIVE + "\n[default]\nregion = eu-west-1\n"
    assert "have expired" in signed_out.output_of("credentials", "clean", "--yes")
    signed_out.output_of("undo", "--yes")
    assert path.read_text() == ALIVE + dead


@pytest.mark.quick
def test_keys_are_written_under_a_separate_name_and_updated_in_place(
    signed_in: CommandLine,
) -> None:
    stored, credentials = signed_in.services.stored_credentials, signed_in.services.credentials
    path = signed_in.home / ".aws" / "credentials"
    path.write_text(ALIVE)
    exported = credentials.export(PROFILE)
    stored.commit(stored.plan_store(exported))
    first = path.read_text()
    assert first.startswith(ALIVE + f"\n[{PROFILE}-keys]\n")
    assert (
        f"x_security_token_expires = {exported.credentials.expires_at:%Y-%m-%dT%H:%M:%SZ}" in first
    )
    assert stored.plan_store(exported).is_empty
    signed_in.clock.now = datetime.now(UTC) + timedelta(minutes=50)
    stored.commit(stored.plan_store(credentials.export(PROFILE)))
    assert path.read_text() != first
    assert path.read_text().count("[") == first.count("[")
    signed_in.clock.now += timedelta(hours=2)
    assert [keys.name for keys in stored.expired()] == [f"{PROFILE}-keys"]


@pytest.mark.quick
def test_a_role_of_several_sessions_needs_one_of_them_also_without_a_name(
    signed_out: CommandLine,
) -> None:
    start_url = "https://d-1234567890.awsapps.com/start"
    role = "sso_account_id = 111122223333\nsso_role_name = Admin\n"
    signed_out.add(f"[profile old]\nsso_start_url = {start_url}\nsso_region = eu-west-1\n{role}")
    asked = "credential-process", "--account", "111122223333", "--permission-set", "Admin"
    ended = signed_out.rolecall(*asked)
    assert ended.returncode == 1
    assert ended.stderr.strip().endswith(f"one of: corp {start_url}")
    chosen = signed_out.rolecall(*asked, "--sso-session", start_url)
    assert f"rolecall sign-in {start_url}" in chosen.stderr
