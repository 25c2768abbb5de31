"""Short-term keys in ~/.aws/credentials: stored, and deleted after they have expired."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rolecall.domain.credentials.credential_formats import Export
from rolecall.domain.errors import NoCredentials
from rolecall.domain.errors.file_errors import EditRefused
from rolecall.domain.model import Assignment, Credentials, RoleCredentials, Secret
from tests.support.desk import Desk


def export(name: str, expires_at: datetime) -> Export:
    keys = RoleCredentials("ASIAX", Secret("x"), Secret("t"), expires_at)
    return Export(keys, "eu-west-1", name)


def stored(desk: Desk) -> str:
    return desk.services.locations.credentials.read_text()


def test_keys_are_stored_until_they_have_expired(desk: Desk) -> None:
    service = desk.services.stored_credentials
    for name, minutes in (("soon", 10), ("later", 11)):
        ends = desk.clock.now + timedelta(minutes=minutes)
        service.commit(service.plan_store(export(name, ends)))
    desk.services.locations.credentials.write_text(
        stored(desk) + "[forever]\naws_access_key_id = AKIAX\nexpiration = 2020-01-01T00:00:00Z\n"
        "[unknown]\naws_access_key_id = ASIAX\naws_session_token = t\n"
    )
    desk.clock.forward(599)
    assert service.expired() == []
    desk.clock.forward(1)
    expired = service.expired()
    assert [keys.name for keys in expired] == ["soon"]
    service.commit(service.plan_clean(expired))
    assert service.expired() == []
    names = [line for line in stored(desk).splitlines() if line.startswith("[")]
    assert names == ["[later]", "[forever]", "[unknown]"]


def test_keys_that_never_expire_are_not_stored(desk: Desk) -> None:
    exported = Export(Credentials("AKIAX", Secret("x")), None, "long")
    with pytest.raises(NoCredentials) as raised:
        desk.services.stored_credentials.plan_store(exported)
    assert (raised.value.profile, raised.value.problem) == ("long", "long-lived")


def test_keys_of_a_profile_that_expire_are_stored_if_it_is_known_when(desk: Desk) -> None:
    ends = desk.clock.now + timedelta(minutes=30)
    keys = "aws_access_key_id = ASIAX\naws_secret_access_key = x\naws_session_token = t\n"
    desk.services.locations.credentials.write_text(
        f"[known]\n{keys}expiration = {ends.isoformat()}\n[unknown]\n{keys}"
    )
    service = desk.services.stored_credentials
    service.commit(service.plan_store(desk.services.credentials.export("known")))
    assert "[known-keys]" in stored(desk)
    with pytest.raises(NoCredentials) as raised:
        service.plan_store(desk.services.credentials.export("unknown"))
    assert raised.value.problem == "unknown-expiry"


def test_the_name_of_an_sso_profile_is_not_for_keys(desk: Desk, audit_admin: Assignment) -> None:
    service = desk.services.stored_credentials
    desk.add("[profile plain]\nregion = eu-west-1")
    with pytest.raises(EditRefused):
        service.commit(service.plan_store(export("audit-admin", desk.clock.now)))
    service.commit(service.plan_store(export("plain", desk.clock.now)))
    assert "[plain]" in stored(desk)


def test_an_sso_profile_of_the_credentials_file_is_not_for_keys(desk: Desk) -> None:
    keys = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Ops\n"
    desk.services.locations.credentials.write_text(f"[only-there]\n{keys}")
    service = desk.services.stored_credentials
    with pytest.raises(EditRefused):
        service.plan_store(export("only-there", desk.clock.now))
