"""Profiles compared with the last complete crawl of the demo's portal."""

from __future__ import annotations

import pytest

from rolecall.demo.faults import Fault
from rolecall.demo.organisation import Organisation
from rolecall.domain.inventory.drift import Drift
from rolecall.domain.model import Account
from tests.support.desk import Desk, demo

pytestmark = pytest.mark.usefixtures("short_pauses")

ONE, TWO, THREE = (Account(str(n) * 12, f"account {n}", "") for n in (1, 2, 3))
BEFORE = Organisation([(ONE, ("A", "B")), (TWO, ("A",)), (THREE, ("A",))])
AFTER = Organisation([(ONE, ("A", "C")), (THREE, ("A",))])
PROFILES = """
# kept
[profile one-a]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = A

[profile one-b]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = B
s3 =
  max_concurrent_requests = 20

[profile two-a]
sso_session = corp
sso_account_id = 222222222222
sso_role_name = A

# another organisation's
[profile theirs]
sso_session = other
sso_account_id = 222222222222
sso_role_name = A

[profile closed]
sso_session = closed
sso_account_id = 222222222222
sso_role_name = A

[sso-session other]
sso_start_url = https://other.awsapps.com/start
sso_region = eu-west-1
"""


def crawl(desk: Desk) -> Drift:
    desk.sign_in()
    desk.services.inventory.list_everything(desk.session, lambda progress: None, refresh=True)
    return desk.services.drift.compare(desk.session)


def names(found: Drift) -> list[str]:
    return [profile.name for profile in found.not_assigned]


@demo(organisation=BEFORE)
class TestPruning:
    def test_only_profiles_without_assignment_are_deleted(self, desk: Desk) -> None:
        desk.config.write_text(desk.config.read_text() + PROFILES)
        found = crawl(desk)
        assert [each.key for each in found.missing] == [("3" * 12, "A")]
        assert names(found) == []
        overview = desk.services.drift.compare_all()
        assert [profile.name for profile in overview.without_session] == ["closed"]
        assert [session.name for session, _ in overview.sessions] == ["corp", "other"]
        assert overview.sessions[0][1] == found
        assert overview.sessions[1][1].complete_at is None
        desk.server.organisation = AFTER
        found = crawl(desk)
        assert names(found) == ["one-b", "two-a"]
        before = desk.config.read_text()
        change = desk.services.profile_edits.plan_delete(found.not_assigned)
        assert desk.config.read_text() == before
        desk.services.profiles.commit(change)
        after = desk.config.read_text()
        removed = [line for line in change.diff().splitlines() if line.startswith("-")]
        assert "-[profile one-b]" in removed and "-[profile two-a]" in removed
        assert not [line for line in change.diff().splitlines()[2:] if line.startswith("+")]
        assert "# kept\n[profile one-a]" in after and "# another organisation's\n[profile" in after
        assert names(desk.services.drift.compare(desk.session)) == []
        undo = desk.services.undo.plan(desk.config)
        assert undo is not None
        desk.services.undo.write_undo(undo)
        assert desk.config.read_text() == before

    def test_a_role_is_the_one_that_clients_use(self, desk: Desk) -> None:
        """They prefer keys in ~/.aws/credentials. Profiles of that file cannot be changed here."""
        desk.config.write_text(desk.config.read_text() + PROFILES)
        desk.config.with_name("credentials").write_text(
            "[one-b]\nsso_role_name = A\n[one-a]\nsso_role_name = gone\n"
            "[only]\nsso_session = corp\nsso_account_id = 222222222222\nsso_role_name = gone\n"
        )
        assert names(crawl(desk)) == ["one-a"]

    def test_before_a_complete_crawl_no_assignment_counts_as_removed(self, desk: Desk) -> None:
        desk.config.write_text(desk.config.read_text() + PROFILES)
        assert desk.services.drift.compare(desk.session).complete_at is None
        assert names(desk.services.drift.compare(desk.session)) == []

    def test_an_account_whose_listing_failed_has_no_removed_assignments(self, desk: Desk) -> None:
        desk.config.write_text(desk.config.read_text() + PROFILES)
        crawl(desk)
        desk.server.organisation = AFTER
        desk.server.faults.add("ListAccountRoles", 500, account_id=ONE.id)
        assert names(crawl(desk)) == ["two-a"]
        desk.server.faults.clear()
        assert names(crawl(desk)) == ["one-b", "two-a"]
        desk.server.faults.add("ListAccountRoles", 500, account_id=ONE.id)
        assert names(crawl(desk)) == ["two-a"]
        desk.server.faults.clear()
        desk.server.faults.add("ListAccounts", Fault.GARBAGE)
        desk.server.organisation = Organisation([(ONE, ("A",))])
        with pytest.raises(Exception, match=r"UnexpectedAnswer|NotIdentityCenter"):
            crawl(desk)
        assert names(desk.services.drift.compare(desk.session)) == ["two-a"]
