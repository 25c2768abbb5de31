"""The log of what was handed out: who asked for what, and no secret."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rolecall.domain.errors.file_errors import HomeUnknown
from rolecall.domain.log.hand_out import HandOut, HandOutKind
from rolecall.domain.model import Assignment, PermissionSet
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.files.own import hand_outs
from rolecall.services.log.hand_outs import HandOuts
from tests.support.desk import Desk
from tests.support.settings import write_settings

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.fixture
def log(desk: Desk) -> HandOuts:
    environ = desk.environ | {"DEPLOY_TOKEN": "correct horse"}
    return HandOuts(environ, lambda: NOW)


def test_an_entry_has_the_account_and_role_of_its_profile(
    log: HandOuts, audit_admin: Assignment
) -> None:
    log.note_profile(HandOutKind.USE, "audit-admin", "ASIA1")
    assert log.found(()) == [
        HandOut(
            "2026-11-27T09:00:00Z",
            "use",
            "audit-admin",
            audit_admin.account.id,
            role=audit_admin.permission_set.name,
            sso_session="corp",
            access_key_id="ASIA1",
        )
    ]


def test_an_entry_has_the_name_of_its_account_once_that_is_known(
    desk: Desk, log: HandOuts, audit_admin: Assignment
) -> None:
    log.note_profile(HandOutKind.EXPORT, "audit-admin")
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
    log.note(HandOutKind.USE, SwitchTarget("x"))
    assert [each.account for each in log.found(())] == [audit_admin.account.name, ""]
    assert [each.profile for each in log.found([audit_admin.account.name])] == ["audit-admin"]


def test_entries_with_certain_facts_are_found_the_newest_first(log: HandOuts) -> None:
    for role in ("Ops", "Opserver", "Ops"):
        log.note(HandOutKind.USE, SwitchTarget("naïve", "111111111111", role))
    log.note(HandOutKind.EXPORT, SwitchTarget("naïve", "222222222222", "Ops"))
    found = log.with_facts(profile="naïve", role="Ops")
    assert [each.kind for each in found] == ["export", "use", "use"]
    assert len(log.with_facts(account_id="111111111111")) == 3
    assert log.with_facts(account_id="111") == []


def test_a_run_notes_the_profile_of_a_row_or_its_role(
    desk: Desk, log: HandOuts, audit_admin: Assignment
) -> None:
    desk.sign_in()
    other = Assignment(audit_admin.account, PermissionSet("ViewOnlyAccess"))
    rows = desk.services.runs.of_roles([(desk.session, audit_admin), (desk.session, other)])
    desk.services.runs.runs(rows, ("true",), jobs=1).run(lambda _: None)
    account = audit_admin.account.id
    noted = log.found(())
    assert {(each.profile, each.role, each.account_id) for each in noted} == {
        ("audit-admin", "AWSAdministratorAccess", account),
        ("", "ViewOnlyAccess", account),
    }
    assert {each.sso_session for each in noted} == {"corp"}


def test_what_was_not_started_is_not_in_the_log(desk: Desk, log: HandOuts) -> None:
    def start(name: str, command: str, *, fails: bool) -> None:
        with log.starting(HandOutKind.EXEC, SwitchTarget(name), "ASIA1", command=[command]):
            log.note(HandOutKind.USE, SwitchTarget(f"after-{name}"))  # another process
            if fails:
                raise FileNotFoundError

    start("one", "true", fails=False)
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            start("two", "typo", fails=True)
    start("three", "true", fails=False)
    noted = [each.profile for each in log.found(())]
    assert noted == ["one", "after-one", "after-two", "after-two", "three", "after-three"]


def test_an_entry_is_taken_back_from_a_file_that_has_been_renamed(
    desk: Desk, log: HandOuts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        pytest.raises(FileNotFoundError),
        log.starting(HandOutKind.EXEC, SwitchTarget("one"), command=["typo"]),
    ):
        monkeypatch.setattr(hand_outs, "MAX_SIZE", 1)
        log.note(HandOutKind.USE, SwitchTarget("two"))  # another process
        raise FileNotFoundError
    assert [each.profile for each in log.found(())] == ["two"]


def test_a_profile_that_is_unknown_or_unreadable_is_noted_by_name(
    desk: Desk, log: HandOuts
) -> None:
    log.note_profile(HandOutKind.USE, "gone")
    desk.config.write_text("[broken\n")
    log.note_profile(HandOutKind.USE, "audit-admin")
    assert [each.profile for each in log.found(())] == ["gone", "audit-admin"]


def test_arguments_are_noted_only_if_the_setting_is_full(desk: Desk, log: HandOuts) -> None:
    target = SwitchTarget("x")

    def note(setting: str) -> HandOut:
        write_settings(desk.home, setting)
        command = ["deploy", "--password", "hunter2"]
        log.note(HandOutKind.EXEC, target, command=command, reason="for correct horse")
        return log.found(())[-1]

    found = note("log = true\n")
    assert (found.command, found.reason) == ("deploy --password …", "for …")
    for path in desk.services.locations.state.rglob("*"):
        assert path.is_dir() or b"hunter2" not in path.read_bytes()
    assert note('log = "full"\n').command == "deploy --password hunter2"
    log.note(HandOutKind.USE, target)
    assert (log.found(())[-1].command, log.found(())[-1].reason) == ("", "")


def test_nothing_is_noted_while_the_setting_is_off(desk: Desk, log: HandOuts) -> None:
    settings = desk.services.locations.settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    for text, count in (("log = false\n", 0), ("log = true\n", 2), ("", 4)):
        settings.write_text(text)
        assert log.is_on == bool(count)
        log.note(HandOutKind.USE, SwitchTarget("x"))
        log.note_profile(HandOutKind.USE, "x")
        assert len(log.found(())) == count


def test_entries_are_found_by_all_words(log: HandOuts) -> None:
    for name, reason in (("prod", "INC-1"), ("prod", "INC-2"), ("dev", "INC-2")):
        log.note(HandOutKind.USE, SwitchTarget(name), reason=reason)

    def found(*words: str) -> list[tuple[str, str]]:
        return [(each.profile, each.reason) for each in log.found(words)]

    assert found("prod", "inc-2") == [("prod", "INC-2")]
    assert found("prod") == [("prod", "INC-1"), ("prod", "INC-2")]
    assert found("pd") == []  # letters of it that are apart do not count
    assert len(found()) == 3


@pytest.mark.usefixtures("unknown_user")
def test_without_a_home_there_is_no_log() -> None:
    log = HandOuts({}, lambda: NOW)
    assert not log.is_on
    log.note(HandOutKind.USE, SwitchTarget("x"))
    log.note_profile(HandOutKind.USE, "x")
    with pytest.raises(HomeUnknown):
        log.found(())
    with pytest.raises(HomeUnknown):
        log.problem()


def test_a_line_that_is_no_entry_is_passed_over(desk: Desk, log: HandOuts) -> None:
    log.note(HandOutKind.USE, SwitchTarget("one"))
    (file,) = desk.services.locations.state.glob("*.log")
    with file.open("ab") as opened:
        opened.write(b"half an entr\n[]\n\n")
    log.note(HandOutKind.USE, SwitchTarget("two"))
    assert [each.profile for each in log.found(())] == ["one", "two"]
