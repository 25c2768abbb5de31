"""Naming, planning, saving and verifying a profile."""

from __future__ import annotations

import pytest

from rolecall.domain.errors import RegionInvalid
from rolecall.domain.errors.file_errors import EditRefused, FileMalformed
from rolecall.domain.model import Assignment, PermissionSet, SsoSession
from rolecall.domain.naming.names import NameProblem
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.profiles.plan import PlanRow, plan
from rolecall.domain.records import replace
from rolecall.presentation.errors import explain
from rolecall.services.profiles.profiles import NameStatus, ProfileDraft, ProfilesService
from tests.support.config_files import added
from tests.support.desk import Desk, save
from tests.support.settings import write_settings


@pytest.fixture
def service(desk: Desk) -> ProfilesService:
    return desk.services.profiles


class TestNames:
    def test_a_short_free_name_is_suggested(self, desk: Desk, audit: Assignment) -> None:
        assert desk.services.profiles.suggest_name(audit, desk.session) == "audit-admin"

    def test_the_name_of_an_existing_profile_is_suggested(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        save(desk, "mine", audit)
        assert service.suggest_name(audit, desk.session) == "mine"
        other = replace(desk.session, name="other")
        assert service.suggest_name(audit, other) == "audit-admin"

    def test_a_profile_is_saved_under_the_name_that_is_shown_for_it(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        save(desk, "mine", audit)
        desk.config.write_text(desk.config.read_text().replace("mine", "my\u200bown"))
        shown = f"{service.suggest_name(audit, desk.session)}"  # as a field has it
        assert service.check_name(shown, audit, desk.session).status is NameStatus.UPDATES
        change = service.plan_save(ProfileDraft(shown, desk.session, audit, "us-east-1", "json"))
        assert added(change) == "region = us-east-1\n"

    def test_taken_names_are_not_suggested(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        desk.config.write_text(desk.config.read_text() + "[profile audit-admin]\nregion = x-y-1\n")
        (desk.config.parent / "credentials").write_text(
            f"[audit-{audit.account.id[-4:]}-admin]\naws_access_key_id = AKIA\n"
        )
        assert service.suggest_name(audit, desk.session) == f"audit-{audit.account.id}-admin"

    def test_names_are_checked(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        save(desk, "mine", audit)
        (desk.config.parent / "credentials").write_text(
            "[keys]\naws_access_key_id = AKIA\n[sso]\nsso_session = corp\n"
        )

        def status(name: str, assignment: Assignment = audit) -> NameStatus:
            return service.check_name(name, assignment, desk.session).status

        assert status("free") is NameStatus.FREE
        assert status("default") is NameStatus.DEFAULT
        assert status("mine") is NameStatus.UPDATES
        assert status("keys") is NameStatus.IN_CREDENTIALS_FILE
        assert status("sso") is NameStatus.STORED
        assert status("Mine") is status("KEYS") is status("Sso") is NameStatus.CASE
        existing = desk.services.bulk.profiles.existing()
        assert existing.names_with_keys == {"keys"}
        assert existing.other_stored_names == {"sso"}
        other = replace(audit, permission_set=PermissionSet("Billing"))
        assert status("mine", other) is NameStatus.TAKEN
        elsewhere = replace(desk.session, name="other")
        assert service.check_name("mine", audit, elsewhere).status is NameStatus.TAKEN
        bad = service.check_name("my dev", audit, desk.session)
        assert (bad.status, bad.problem) == (NameStatus.INVALID, NameProblem.SPACES)
        assert service.check_name("mine", other, desk.session).profile is not None

    def test_forms_and_the_workbench_take_the_same_names(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        """A name of another case is one to mix up, though the AWS CLI has both profiles."""
        other = replace(audit, permission_set=PermissionSet("Billing"))
        save(desk, "mine", other)
        (desk.config.parent / "credentials").write_text(
            "[keys]\naws_access_key_id = AKIA\n[sso]\nsso_session = corp\n"
        )
        bulk = desk.services.bulk
        for name in ("mine", "MINE", "Keys", "keys", "sso", "Sso", "free", "my dev"):
            row = PlanRow(desk.session, audit)
            row.name = name
            (planned,) = bulk.plan_rows([row], bulk.default_rules(desk.session))
            check = service.check_name(name, audit, desk.session)
            form_stops = check.status not in (NameStatus.FREE, NameStatus.UPDATES)
            assert (name, form_stops) == (name, planned.outcome.stops)

    def test_a_suggested_name_can_be_saved(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        suggested = service.suggest_name(audit, desk.session)
        save(desk, suggested.upper(), replace(audit, permission_set=PermissionSet("Billing")))
        name = service.suggest_name(audit, desk.session)
        assert name != suggested
        assert service.check_name(name, audit, desk.session).status is NameStatus.FREE


class TestSaving:
    def test_the_preview_is_what_is_written(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        before = desk.config.read_bytes()
        change = service.plan_save(
            ProfileDraft("audit-admin", desk.session, audit, "eu-west-1", "json")
        )
        assert desk.config.read_bytes() == before
        assert added(change) == (
            "[profile audit-admin]\n"
            "sso_session = corp\n"
            f"sso_account_id = {audit.account.id}\n"
            "sso_role_name = AWSAdministratorAccess\n"
            "region = eu-west-1\n"
            "output = json\n"
        )
        service.commit(change)
        assert desk.config.read_text().endswith("\n" + added(change))
        assert desk.config.read_bytes().startswith(before)

    def test_a_legacy_session_is_written_without_a_name(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        legacy = SsoSession(None, desk.server.start_url, desk.server.region, ())
        change = service.plan_save(ProfileDraft("old", legacy, audit))
        assert added(change) == (
            "[profile old]\n"
            f"sso_start_url = {desk.server.start_url}\n"
            "sso_region = eu-west-1\n"
            f"sso_account_id = {audit.account.id}\n"
            "sso_role_name = AWSAdministratorAccess\n"
        )

    def test_an_unchanged_profile_is_not_written(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        save(desk, "mine", audit)
        draft = ProfileDraft("mine", desk.session, audit, "eu-west-1", "json")
        assert service.plan_save(draft).is_empty

    def test_an_invalid_region_is_not_saved(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        with pytest.raises(RegionInvalid):
            service.plan_save(ProfileDraft("x", desk.session, audit, "us"))

    def test_a_config_that_no_client_reads(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        desk.config.write_text("[profile a\n")
        with pytest.raises(FileMalformed) as caught:
            service.plan_save(ProfileDraft("x", desk.session, audit))
        assert caught.value.line == 1
        assert desk.config.read_text() == "[profile a\n"

    def test_a_profile_of_a_session_that_is_gone_is_not_saved(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        change = service.plan_save(ProfileDraft("x", desk.session, audit))
        renamed = desk.config.read_text().replace("[sso-session corp]", "[sso-session other]")
        desk.config.write_text(renamed)
        with pytest.raises(EditRefused) as refused:
            service.commit(change)
        assert explain(refused.value) == (f"{desk.config}: “sso-session corp” is no longer in it.")
        bulk = desk.services.bulk
        rows = bulk.rows([(desk.session, audit)])
        planned = plan(rows, bulk.default_rules(desk.session), bulk.profiles.existing())
        with pytest.raises(EditRefused):
            bulk.plan(planned)
        assert desk.config.read_text() == renamed


class TestDefaults:
    def test_the_region_of_the_session_is_the_last_choice(
        self, desk: Desk, service: ProfilesService
    ) -> None:
        assert service.default_region(desk.session) == "eu-west-1"
        assert service.default_output() == "json"

    def test_the_region_of_the_last_saved_sso_profile(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        save(desk, "one", audit, "us-east-1")
        save(desk, "two", audit, "us-west-2")
        assert service.default_region(desk.session) == "us-west-2"

    def test_the_region_of_a_profile_without_an_account_is_not_suggested(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        save(desk, "one", audit, "us-east-1")
        desk.add("[profile keys]\nregion = us-west-2")
        assert service.default_region(desk.session) == "us-east-1"

    def test_the_region_of_the_default_profile_is_preferred(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        save(desk, "one", audit, "us-east-1")
        desk.config.write_text("[default]\nregion = ap-south-1\noutput = text\n")
        assert service.default_region(desk.session) == "ap-south-1"
        assert service.default_output() == "text"

    @pytest.mark.parametrize("own", ["region = us-east-1\noutput = table\n", ""])
    def test_an_existing_profile_is_suggested_as_it_is(
        self, desk: Desk, service: ProfilesService, audit: Assignment, own: str
    ) -> None:
        save(desk, "mine", audit)
        text = desk.config.read_text().replace("region = eu-west-1\noutput = json\n", own)
        desk.config.write_text(f"{text}\n[default]\nregion = ap-south-1\noutput = text\n")
        draft = service.draft(audit, desk.session)
        assert draft.name == "mine"
        assert service.plan_save(draft).diff() == ""

    def test_the_settings_come_before_all(
        self, desk: Desk, service: ProfilesService, audit: Assignment
    ) -> None:
        desk.config.write_text("[default]\nregion = ap-south-1\noutput = text\n")
        write_settings(
            desk.home, 'region = "us-west-2"\noutput = "yaml"\n[regions]\naudit = "us-east-1"\n'
        )
        desk.services.settings.read_again()
        assert service.default_region(desk.session) == "us-west-2"
        assert service.default_region(desk.session, audit.account) == "us-east-1"
        assert service.default_output() == "yaml"

    def test_invalid_values_are_not_suggested(self, desk: Desk, service: ProfilesService) -> None:
        desk.config.write_text("[default]\nregion = eu\n  -west-1\noutput = json\n  more\n")
        assert service.default_region(desk.session) == "eu-west-1"
        assert service.default_output() == "json"


def test_profiles_are_found_by_account_and_permission_set(
    desk: Desk, service: ProfilesService, audit: Assignment
) -> None:
    save(desk, "one", audit)
    save(desk, "two", audit)
    desk.add("[profile no-role]\nsso_session = corp\nsso_account_id = 222222222222")
    desk.add("[profile no-account]\nsso_session = corp\nsso_role_name = Billing")
    found = service.profiles_of(desk.session)
    assert found.keys() == {audit.key}
    assert [profile.name for profile in found[audit.key]] == ["one", "two"]
    assert service.profiles_of(replace(desk.session, name="other")) == {}


def test_a_profile_is_shown_as_clients_read_it_from_both_files(
    desk: Desk, service: ProfilesService, audit: Assignment
) -> None:
    """`botocore.session.Session.full_config` updates the profile with the credentials section."""
    save(desk, "both", audit)
    save(desk, "alone", audit)
    keys = "sso_account_id = 222222222222\nsso_role_name = Billing\nregion = us-east-2"
    secrets = "aws_access_key_id = AKIA\naws_secret_access_key = secret"
    path = desk.config.parent / "credentials"
    path.write_text(f"[both]\n{keys}\n{secrets}\n[only-there]\n{keys}\n")
    both, alone, only_there = service.read().profiles
    assert (only_there.name, only_there.session_name) == ("only-there", None)
    assert (both.account_id, both.permission_set, both.region) == (
        "222222222222",
        "Billing",
        "us-east-2",
    )
    assert (both.name, both.kind, both.session_name) == ("both", alone.kind, alone.session_name)
    assert "secret" not in repr(both)
    assert {"region", "sso_role_name"} <= set(both.overridden)
    assert service.stored().overridden_keys("both") == tuple(both.overridden)
    assert (alone.account_id, alone.permission_set) == audit.key
    found = service.profiles_of(desk.session)
    assert {key: [each.name for each in profiles] for key, profiles in found.items()} == {
        audit.key: ["alone"],
        ("222222222222", "Billing"): ["both"],
    }


def test_a_profile_of_the_credentials_file_alone_is_read_without_secrets(
    desk: Desk, service: ProfilesService
) -> None:
    keys = f"sso_session = {desk.session.name}\nsso_account_id = 222222222222\nsso_role_name = B\n"
    secrets = "aws_access_key_id = AKIA\naws_secret_access_key = secret\n"
    path = desk.config.parent / "credentials"
    path.write_text(f"[keys]\n{secrets}region = eu-west-1\n[only-there]\n{keys}{secrets}")
    config = service.read()
    (found,) = config.profiles
    assert (found.name, found.kind, found.target) == (
        "only-there",
        ProfileKind.SSO,
        ("222222222222", "B"),
    )
    assert found.is_of(desk.session)
    assert found.only_in_credentials
    assert config.section(found) == [
        "[only-there]",
        f"sso_session = {desk.session.name}",
        "sso_account_id = 222222222222",
        "sso_role_name = B",
    ]
    assert "secret" not in str(found.settings)


def test_profiles_that_need_a_deleted_one_are_found(desk: Desk, service: ProfilesService) -> None:
    desk.config.write_text(
        "[profile base]\nregion = eu-west-1\n"
        "[profile one]\nrole_arn = x\nsource_profile = base\n"
        "[profile two]\nrole_arn = x\nsource_profile = base\n"
        "[profile three]\nrole_arn = x\nsource_profile = one\n"
    )
    profiles = {each.name: each for each in service.profiles()}

    def dependents(*names: str) -> list[str]:
        return [each.name for each in service.dependents([profiles[name] for name in names])]

    assert dependents("base") == ["one", "two", "three"]
    assert dependents("base", "one") == ["two", "three"]
    assert dependents("three") == dependents() == []
    (desk.config.parent / "credentials").write_text(
        "[stored]\nrole_arn = x\nsource_profile = three\n"
    )
    assert dependents("three") == ["stored"]
