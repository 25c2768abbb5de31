"""What a command finds by words, names and IDs, and when the cache alone answers."""

from __future__ import annotations

import pytest

from rolecall.domain.errors import Throttled
from rolecall.domain.inventory.annotations import Annotation
from rolecall.domain.inventory.catalogue import Catalogue, Listing
from rolecall.domain.model import Account, Assignment, PermissionSet, Profile, SsoSession
from rolecall.domain.profile_kind import ProfileKind
from rolecall.services.inventory.listed import ListedSession, listed_in_cache
from rolecall.services.inventory.lookup import Listed, listings_named, missing_listings, roles_meant
from tests.support.desk import Desk
from tests.support.for_each import for_each

ONE, TWO, THREE = "1" * 12, "2" * 12, "3" * 12
SETS = PermissionSet("Admin"), PermissionSet("ReadOnly")
ERROR = Throttled("ListAccountRoles", "portal.example")
CATALOGUE = Catalogue.of(
    [
        Listing(Account(ONE, "Prod", ""), SETS),
        Listing(Account(TWO, "prod", ""), SETS[:1], error=ERROR),
        Listing(Account(THREE, TWO, "")),
    ]
)
SAID = {ONE: Annotation("Pay", "Ask Zoë", ("eu",)), THREE: Annotation("prod")}


@for_each(
    ("typed", "ids"),
    [
        (ONE, [ONE]),
        ("1111-1111-1111", [ONE]),
        ("PROD", [ONE, TWO]),  # names come before aliases
        (TWO, [TWO]),  # IDs come before names
        ("pAY", [ONE]),
        ("pa", []),
        ("", []),
    ],
)
def test_an_account_is_named_by_id_name_or_alias(typed: str, ids: list[str]) -> None:
    assert [each.account.id for each in listings_named(CATALOGUE, typed, SAID)] == ids


def test_accounts_that_are_unknown_or_old_are_missing() -> None:
    assert [each.account.id for each in missing_listings(CATALOGUE)] == [THREE, TWO]


@for_each(
    ("words", "found"),
    [
        ([], ["Admin", "ReadOnly", "Admin"]),
        (["prod", "admin"], ["Admin", "Admin"]),
        (["readonly"], ["ReadOnly"]),
        (["zoe"], ["Admin", "ReadOnly"]),
        (["group:eu", "read"], ["ReadOnly"]),
        (["prod-view"], ["ReadOnly"]),  # its profile
        (["corp"], []),  # the only session
        (["rea"], []),  # a part of a word
        (["rdnly"], []),  # a mistyped word must not write other profiles
    ],
)
def test_only_whole_words_mean_what_is_written(words: list[str], found: list[str]) -> None:
    session = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")
    profiles = {(ONE, "ReadOnly"): [Profile("prod-view", ProfileKind.SSO)]}
    meant = roles_meant([Listed.of(session, CATALOGUE, profiles, SAID)], words)
    assert [each.permission_set.name for _, each in meant] == found


class TestInCache:
    def found(self, desk: Desk, name: str | None = None) -> list[ListedSession] | None:
        return listed_in_cache(desk.environ, name, desk.clock.now)

    @pytest.fixture(autouse=True)
    def listed(self, desk: Desk, audit_admin: Assignment) -> None:
        desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)

    def test_a_complete_recent_listing_is_enough(self, desk: Desk, audit_admin: Assignment) -> None:
        for found in (self.found(desk), self.found(desk, "corp")):
            assert found is not None
            (session,) = found
            names = {each.id: each.name for each in session.accounts}
            organisation = desk.server.organisation.accounts
            assert names == {each.id: each.name for each in organisation}
            assert session.profiles == {audit_admin.key: ("audit-admin",)}

    @pytest.mark.parametrize(("hours", "age", "is_enough"), [(1, 2, False), (72, 48, True)])
    def test_the_settings_say_when_a_listing_is_old(
        self, desk: Desk, hours: int, age: int, is_enough: bool
    ) -> None:
        desk.services.settings.save({"refresh_hours": hours})
        desk.clock.forward(age * 3600)
        assert (self.found(desk) is not None) == is_enough

    def test_the_only_session_is_listed_although_nobody_is_signed_in(self, desk: Desk) -> None:
        desk.services.tokens.sign_out(desk.session)
        assert self.found(desk) is not None

    @pytest.mark.parametrize(
        "more",
        [
            "[profile old]\nsso_start_url = https://old.awsapps.com/start\nsso_region = eu-west-1",
            "[sso-session half]\nsso_start_url = https://half.awsapps.com/start",
            "[sso-session half]\nsso_region = eu-west-1",
        ],
    )
    def test_sessions_that_the_fast_reader_cannot_list_are_left_to_the_full_one(
        self, desk: Desk, more: str
    ) -> None:
        desk.add(more)
        assert self.found(desk) is None
        assert self.found(desk, "corp") is not None
        assert self.found(desk, "gone") is None

    def test_a_start_url_next_to_an_sso_session_is_no_session(self, desk: Desk) -> None:
        desk.add(
            "[profile both]\nsso_session = corp\nsso_start_url = https://old.awsapps.com/start"
        )
        assert self.found(desk) is not None

    def test_of_several_sessions_those_that_are_signed_in_are_listed(self, desk: Desk) -> None:
        desk.services.session_edits.add_session("other", "https://o.awsapps.com/start", "eu-west-1")
        found = self.found(desk)
        assert found is not None
        assert [each.name for each in found] == ["corp"]
        desk.services.tokens.sign_out(desk.session)
        assert self.found(desk) is None
        assert self.found(desk, "other") is None
