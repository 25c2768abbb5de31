"""Which files have an expiry, and where its name comes from."""

from __future__ import annotations

from datetime import timedelta

from rolecall.domain.model import Assignment, PermissionSet, short_start_url
from rolecall.domain.records import replace
from rolecall.services.tokens.expiry import Expiry, ExpiryKind
from tests.services.tokens.test_expiries import expiries, only
from tests.support.desk import Desk


def test_a_registration_without_a_session_has_the_portal_of_its_token_or_its_file(
    desk: Desk,
) -> None:
    desk.sign_in()
    desk.config.unlink()

    def registration() -> Expiry:
        found = only(desk, ExpiryKind.CLIENT_REGISTRATION)
        assert found.session is None
        return found

    assert registration().name == short_start_url(desk.session.start_url)
    desk.token_cache.token_path(desk.session).unlink()
    assert registration().name == registration().id


def test_a_token_without_a_session_and_a_portal_has_its_file(desk: Desk) -> None:
    token = desk.sign_in()
    desk.config.unlink()
    assert only(desk, ExpiryKind.ACCESS_TOKEN).name == short_start_url(token.start_url)
    desk.token_cache.save_token(desk.session, replace(token, start_url=""))
    row = only(desk, ExpiryKind.ACCESS_TOKEN)
    assert row.name == row.id


def test_beside_credentials_of_a_profile_others_are_named_from_the_inventory_too(
    desk: Desk, audit_admin: Assignment
) -> None:
    desk.sign_in()
    desk.services.inventory.list_everything(desk.session, lambda _: None)
    view = Assignment(audit_admin.account, PermissionSet("ViewOnlyAccess"))
    for assignment in (audit_admin, view):
        desk.cache_role(assignment)
    of_roles = [each for each in expiries(desk) if each.kind is ExpiryKind.ROLE_CREDENTIALS]
    assert {each.name for each in of_roles} == {"audit-admin", "audit ViewOnlyAccess"}


def test_keys_with_an_expiry_are_listed_though_they_are_long_term(desk: Desk) -> None:
    ends = desk.clock.now + timedelta(minutes=42)
    desk.services.locations.credentials.write_text(
        f"[dated]\naws_access_key_id = AKIA\naws_expiration = {ends.isoformat()}\n"
    )
    row = only(desk, ExpiryKind.SHORT_TERM_CREDENTIALS)
    assert (row.name, row.expires_at) == ("dated", ends)
