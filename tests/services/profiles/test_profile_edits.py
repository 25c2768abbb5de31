"""Editing, renaming, duplicating and deleting profiles, and adding roles that use them."""

from __future__ import annotations

import json
import os
import re
import signal
import stat

import botocore.session
import pytest

from rolecall.domain.config.file_change import Change
from rolecall.domain.errors import RegionInvalid
from rolecall.domain.errors.file_errors import EditRefused
from rolecall.domain.model import Profile
from rolecall.services.profiles.profile_edits import Chain, ProfileEditsService
from rolecall.services.profiles.profiles import NameStatus
from tests.support.desk import Desk
from tests.support.obstacles.kills import in_child
from tests.support.programs import aws_cli, completed

CONFIG = """\
# the one that matters
[profile dev]
sso_session = corp
sso_account_id = {account}
sso_role_name = AWSAdministratorAccess
region = eu-west-1{spaces}
# mine
s3 =
  max_concurrent_requests = 20
cli_pager =

[profile ops]
source_profile=dev
role_arn = arn:aws:iam::{account}:role/Ops

# keys of a robot
[profile robot]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = secret
output = text
"""


@pytest.fixture
def edits(desk: Desk) -> ProfileEditsService:
    account = desk.server.organisation.named("audit").id
    with desk.config.open("a") as file:
        file.write("\n" + CONFIG.format(account=account, spaces="   "))
    return desk.services.profile_edits


def named(edits: ProfileEditsService, *names: str) -> list[Profile]:
    found = {profile.name: profile for profile in edits.profiles.profiles()}
    return [found[name] for name in names]


def lines(change: Change, sign: str) -> list[str]:
    """Return the lines that a change removes and adds."""
    head = sign * 3
    return [x[1:] for x in change.diff().splitlines() if x[0] == sign and not x.startswith(head)]


def aws_sees(desk: Desk, profile: str, key: str) -> str:
    result = completed(
        [aws_cli(), "configure", "get", key, "--profile", profile],
        {"PATH": os.environ["PATH"], **desk.environ},
        check=False,
    )
    return result.stdout.strip()


class TestEditing:
    def test_an_edit_changes_only_the_edited_keys(self, edits: ProfileEditsService) -> None:
        (dev,) = named(edits, "dev")
        change = edits.plan_edit(dev, "dev", "us-east-1", "json")
        assert lines(change, "-") == ["region = eu-west-1   "]
        assert lines(change, "+") == ["region = us-east-1   ", "output = json"]
        assert edits.plan_edit(dev, "dev", "eu-west-1", "").is_empty
        assert lines(edits.plan_edit(dev, "dev", "", ""), "-") == ["region = eu-west-1   "]
        with pytest.raises(RegionInvalid):
            edits.plan_edit(dev, "dev", "us", "")

    def test_a_profile_is_found_by_the_name_that_is_shown_for_it(
        self, desk: Desk, edits: ProfileEditsService
    ) -> None:
        """A field has the name as it is shown, with a sign for a character that is not seen."""
        desk.add("[profile my\u200bown]\nregion = eu-west-1")
        shown = "my\ufffdown"
        (mine,) = named(edits, shown)
        change = edits.plan_edit(mine, shown, "us-east-1", "")
        assert lines(change, "+") == ["region = us-east-1"]

    @pytest.mark.thorough
    def test_a_rename_updates_profiles_that_use_it_as_source(
        self, desk: Desk, edits: ProfileEditsService
    ) -> None:
        (dev,) = named(edits, "dev")
        assert [each.name for each in edits.users_of(dev)] == ["ops"]
        before = desk.config.read_text()
        change = edits.plan_edit(dev, "develop", "us-east-1", "")
        assert lines(change, "-") == [
            "[profile dev]",
            "region = eu-west-1   ",
            "source_profile=dev",
        ]
        edits.profiles.commit(change)
        assert aws_sees(desk, "develop", "region") == "us-east-1"
        assert aws_sees(desk, "ops", "source_profile") == "develop"
        assert "# the one that matters\n[profile develop]" in desk.config.read_text()
        undo = desk.services.undo.plan(desk.config)
        assert undo is not None
        desk.services.undo.write_undo(undo)
        assert desk.config.read_text() == before

    @pytest.mark.parametrize(
        ("process", "renamed"),
        [
            ("rolecall credential-process --profile dev", "--profile develop"),
            ("/opt/bin/rolecall  credential-process dev", "  credential-process develop"),
            (
                "rolecall credential-process --profile=dev --reason 'of dev'",
                "--profile=develop --reason 'of dev'",
            ),
            ("rolecall credential-process --profile device", None),
            ("other credential-process --profile dev", None),
            ("rolecall credential-process --sso-session dev --role-arn dev", None),
        ],
    )
    def test_a_rename_updates_profiles_that_get_its_credentials_through_rolecall(
        self, desk: Desk, edits: ProfileEditsService, process: str, renamed: str | None
    ) -> None:
        desk.add(f"[profile tool]\ncredential_process = {process}")
        (dev,) = named(edits, "dev")
        users = [each.name for each in edits.users_of(dev)]
        assert ("tool" in users) == (renamed is not None)
        gone = [each.name for each in edits.profiles.dependents([dev])]
        assert ("tool" in gone) == (renamed is not None)
        change = edits.plan_edit(dev, "develop", "eu-west-1", "")
        (after,) = re.findall("credential_process = (.*)", change.after.decode())
        assert after.endswith(renamed or process)

    @pytest.mark.parametrize("name", ["only-there", "renamed"])
    def test_an_edit_writes_no_half_of_a_profile_that_the_config_does_not_have(
        self, desk: Desk, edits: ProfileEditsService, name: str
    ) -> None:
        target = f"sso_session = {desk.session.name}\nsso_account_id = 1\nsso_role_name = A\n"
        (desk.config.parent / "credentials").write_text(f"[only-there]\n{target}")
        found = {each.name: each for each in edits.profiles.read().profiles}["only-there"]
        with pytest.raises(EditRefused):
            edits.plan_edit(found, name, "us-east-1", "")
        names = {} if name == found.name else {found.name: name}
        with pytest.raises(EditRefused):
            edits.plan_edit_all([found], names, "us-east-1", "")
        with pytest.raises(EditRefused):
            edits.plan_delete([found])

    def test_an_edit_compares_with_the_config_and_not_with_what_overrides_it(
        self, desk: Desk, edits: ProfileEditsService
    ) -> None:
        desk.config.with_name("credentials").write_text("[dev]\nregion = us-east-2\n")
        (dev,) = (each for each in edits.profiles.read().profiles if each.name == "dev")
        assert edits.plan_edit(dev, "dev", "eu-west-1", "").is_empty
        (line,) = lines(edits.plan_edit(dev, "dev", "us-east-2", ""), "+")
        assert line.strip() == "region = us-east-2"
        assert edits.plan_edit_all([dev], {}, "eu-west-1", "").is_empty

    def test_invalid_and_taken_names_are_found(
        self, desk: Desk, edits: ProfileEditsService
    ) -> None:
        (dev, robot) = named(edits, "dev", "robot")
        keys = desk.config.parent / "credentials"
        keys.write_text("[robot]\naws_access_key_id = AKIA\n")

        def status(name: str) -> NameStatus:
            return edits.check_new_name(dev, name).status

        assert status("dev") is NameStatus.FREE
        assert status("DEV") is NameStatus.FREE
        assert status("Ops") is NameStatus.CASE
        assert status("ops") is NameStatus.TAKEN
        assert status("my dev") is NameStatus.INVALID
        checks = edits.profiles.check_all_free(["DEV", "Robot", "a", "A", "b"], [dev])
        assert [each.status for each in checks.values()] == [
            *(NameStatus.FREE, NameStatus.CASE, NameStatus.CASE, NameStatus.CASE, NameStatus.FREE)
        ]
        assert edits.names_in_credentials_file([dev.name, robot.name]) == ["robot"]
        assert edits.profiles.credentials.users_of([robot.name]) == []
        keys.write_text("[old]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = robot\n")
        assert edits.profiles.credentials.users_of([dev.name, robot.name]) == ["old"]
        with pytest.raises(EditRefused):
            edits.plan_edit(dev, "ops", "", "")

    @pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
    def test_the_variable_of_a_shell_that_names_it(self, desk: Desk, variable: str) -> None:
        edits = desk.another(**{variable: "dev"}).profile_edits
        assert edits.variable_naming("dev") == variable
        assert edits.variable_naming("ops") is None

    def test_empty_values_leave_several_profiles_as_they_are(
        self, edits: ProfileEditsService
    ) -> None:
        profiles = named(edits, "dev", "ops", "robot")
        change = edits.plan_edit_all(profiles, {}, "us-east-1", "")
        assert lines(change, "-") == ["region = eu-west-1   "]
        assert lines(change, "+") == [
            "region = us-east-1   ",
            "region = us-east-1",
            "region = us-east-1",
        ]

    def test_several_are_renamed_together(self, desk: Desk, edits: ProfileEditsService) -> None:
        profiles = named(edits, "dev", "ops")
        change = edits.plan_edit_all(profiles, {"dev": "a-dev", "ops": "a-ops"}, "", "text")
        edits.profiles.commit(change)
        found = boto3_reads(desk)
        assert found.keys() >= {"a-dev", "a-ops", "robot"}
        assert found["a-ops"]["source_profile"] == "a-dev"
        assert found["a-dev"]["output"] == found["a-ops"]["output"] == "text"
        with pytest.raises(EditRefused):
            edits.plan_edit_all(named(edits, "a-dev"), {"a-dev": "robot"}, "", "")


class TestDuplicating:
    def test_a_copy_has_all_keys_but_no_comments(
        self, desk: Desk, edits: ProfileEditsService
    ) -> None:
        change = edits.plan_duplicates({"dev": "dev-us", "ops": "ops-us"}, "us-east-1")
        assert lines(change, "-") == []
        account = desk.server.organisation.named("audit").id
        assert lines(change, "+") == [
            "[profile dev-us]",
            "sso_session = corp",
            f"sso_account_id = {account}",
            "sso_role_name = AWSAdministratorAccess",
            "region = us-east-1   ",
            "s3 =",
            "  max_concurrent_requests = 20",
            "cli_pager =",
            "",
            "[profile ops-us]",
            "source_profile=dev",
            f"role_arn = arn:aws:iam::{account}:role/Ops",
            "region = us-east-1",
            "",
        ]
        edits.profiles.commit(change)
        full = boto3_reads(desk)
        assert full["dev-us"] == {**full["dev"], "region": "us-east-1"}

    def test_a_secret_is_not_shown(self, edits: ProfileEditsService) -> None:
        change = edits.plan_duplicates({"robot": "robot-us"}, "us-east-1")
        assert "secret\n" not in change.diff()
        assert change.after.count(b"aws_secret_access_key = secret") == 2

    def test_a_copy_without_a_region_has_none(self, desk: Desk, edits: ProfileEditsService) -> None:
        edits.profiles.commit(edits.plan_duplicates({"dev": "dev-2"}, ""))
        (copy,) = named(edits, "dev-2")
        assert copy.region is None


class TestInAnEditor:
    def test_the_section_is_offered_as_it_is(self, edits: ProfileEditsService) -> None:
        (ops,) = named(edits, "ops")
        (robot,) = named(edits, "robot")
        assert edits.section_text(ops).splitlines()[:2] == ["[profile ops]", "source_profile=dev"]
        assert edits.section_text(robot) == (
            "# keys of a robot\n[profile robot]\naws_access_key_id = AKIAEXAMPLE\n"
            "aws_secret_access_key = secret\noutput = text\n"
        )

    def test_what_was_typed_replaces_the_section_alone(
        self, desk: Desk, edits: ProfileEditsService
    ) -> None:
        before = desk.config.read_text()
        (ops,) = named(edits, "ops")
        typed = "# new\n[profile ops]\nregion = us-east-1"
        change = edits.plan_section(ops, typed)
        assert change.summary == "set-profile ops"
        edits.profiles.commit(change)
        old = edits.section_text(ops)
        assert old == f"{typed}\n"
        assert desk.config.read_text().partition(old)[0] == before.partition("[profile ops]")[0]
        assert desk.config.read_text().endswith(before.partition(":role/Ops\n")[2])
        assert desk.config.read_text().count("\n\n# keys of a robot") == 1

    def test_typed_line_endings_are_kept(self, desk: Desk, edits: ProfileEditsService) -> None:
        (robot,) = named(edits, "robot")
        edits.profiles.commit(edits.plan_section(robot, "[profile robot]\r\nregion = a\r\n\r\n"))
        assert desk.config.read_bytes().endswith(b"\n[profile robot]\r\nregion = a\r\n")

    def test_the_file_of_the_editor_is_private_and_deleted(
        self, edits: ProfileEditsService
    ) -> None:
        with edits.draft(named(edits, "dev")[0], "a\r\né") as path:
            assert path.read_bytes() == "a\r\né".encode()
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert not path.parent.exists()

    def test_drafts_of_killed_rolecalls_are_in_the_state_folder_the_last_of_each_profile(
        self, desk: Desk, edits: ProfileEditsService
    ) -> None:
        dev, robot = named(edits, "dev", "robot")
        state = desk.services.locations.state

        def leave(profile: Profile, text: str) -> None:
            def be_killed() -> None:
                with edits.draft(profile, text):
                    os.kill(os.getpid(), signal.SIGKILL)

            assert in_child(be_killed)

        with edits.draft(dev, "[profile dev]\nregion = open\n") as path:
            assert path.parent.parent == state
            assert edits.left_drafts() == []
            for number in range(3):
                leave(dev, f"[profile dev]\nregion = {number}\n\udcff")
            leave(robot, edits.section_text(robot))  # nothing was typed
            (state / "rolecall-edit-0000000000000000").mkdir()  # killed before anything was in it
            (draft,) = edits.left_drafts()
            assert (draft.profile, draft.text) == (dev, "[profile dev]\nregion = 2\n\udcff")
            assert set(state.glob("rolecall-edit-*")) == {path.parent, draft.folder}
            draft.delete()
            assert edits.left_drafts() == []
            assert path.exists()


def test_several_are_deleted_and_restored_together(desk: Desk, edits: ProfileEditsService) -> None:
    before = desk.config.read_text()
    edits.profiles.commit(edits.plan_delete(named(edits, "dev", "robot")))
    assert [each.name for each in edits.profiles.profiles()] == ["ops"]
    assert "matters" not in desk.config.read_text()
    undo = desk.services.undo.plan(desk.config)
    assert undo is not None
    desk.services.undo.write_undo(undo)
    assert desk.config.read_text() == before


class TestChaining:
    def chain(self, desk: Desk, **more: str) -> Chain:
        account = desk.server.organisation.named("audit").id
        return Chain("dep", "dev", f"arn:aws:iam::{account}:role/path/Deployer", **more)

    @pytest.mark.thorough
    def test_a_chained_role_is_assumed_by_real_clients(
        self, desk: Desk, edits: ProfileEditsService
    ) -> None:
        desk.sign_in()
        chain = self.chain(desk, region="us-east-1", external_id="ticket-12", duration="900")
        change = edits.plan_chain(chain)
        edits.profiles.commit(change)
        identity = desk.services.verification.verify("dep")
        account = desk.server.organisation.named("audit").id
        assert identity.arn.startswith(f"arn:aws:sts::{account}:assumed-role/Deployer/")
        assert aws_sees(desk, "dep", "duration_seconds") == "900"
        answer = completed(
            [aws_cli(), "sts", "get-caller-identity", "--profile", "dep"],
            {"PATH": os.environ["PATH"], **desk.environ},
        )
        assert json.loads(answer.stdout)["Account"] == account
        names = [profile.name for profile in edits.profiles.profiles()]
        assert names[names.index("ops") + 1] == "dep"

    def test_empty_values_are_not_written(self, desk: Desk, edits: ProfileEditsService) -> None:
        change = edits.plan_chain(self.chain(desk))
        keys = [line.partition(" ")[0] for line in lines(change, "+") if "=" in line]
        assert keys == ["role_arn", "source_profile"]

    @pytest.mark.parametrize(
        ("field", "good", "bad"),
        [
            ("role_arn", "arn:aws-us-gov:iam::123456789012:role/a/B", "arn:aws:iam::1:role/A"),
            ("role_arn", "arn:aws:iam::123456789012:role/R", "arn:aws:sts::123456789012:role/R"),
            ("role_arn", "arn:aws:iam::123456789012:role/R", "role/R"),
            ("mfa_serial", "arn:aws:iam::123456789012:mfa/me", "me"),
            ("mfa_serial", "GAHT12345678", "x" * 9),
            ("external_id", "a:b/c@d.e=f,g+h-1", "a"),
            ("external_id", "", "two words"),
            ("duration", "3600", "3601"),
            ("duration", "900", "899"),
            ("duration", "", "an hour"),
            ("duration", "3600", "３６００"),
        ],
    )
    def test_invalid_values_are_refused(self, desk: Desk, field: str, good: str, bad: str) -> None:
        fields = {"name": "x", "source": "dev", "role_arn": "arn:aws:iam::123456789012:role/R"}
        assert field not in Chain(**fields | {field: good}).problems()
        assert field in Chain(**fields | {field: bad}).problems()

    def test_the_suggested_name_has_source_and_role(
        self, desk: Desk, edits: ProfileEditsService
    ) -> None:
        assert edits.suggest_chain_name(self.chain(desk)) == "dev-deployer"
        assert self.chain(desk).problems() == {}
        assert edits.suggest_chain_name(Chain("", "dev", "arn:aws:iam::1:role")) == ""


def boto3_reads(desk: Desk) -> dict[str, dict[str, object]]:
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(desk.config))
    return dict(session.full_config["profiles"])
