"""What is wrong with the files of a user, and in which of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.domain.config.findings import FindingKind as Kind
from rolecall.domain.errors.file_errors import FileMalformed, FileUnreadable
from rolecall.domain.settings.settings import SettingProblem
from rolecall.presentation.errors import describe
from rolecall.services.config.doctor import Examination, examine
from tests.support import login_files
from tests.support.desk import Desk
from tests.support.obstacles.full_disk import BALLAST, full_disk
from tests.support.obstacles.unwritable import read_only
from tests.support.settings import write_settings

ARN = "arn:aws:iam::038410265977:role/Deployer"
SSO = "sso_session = corp\nsso_account_id = 038410265977\nsso_role_name = Admin\n"


def process(program: str, session: str = "corp") -> str:
    """Return the key of a profile whose role this program gets."""
    command = f"{program} credential-process --sso-session {session} --role-arn {ARN}"
    return f"region = x\ncredential_process = {command}\n"


def found(desk: Desk) -> list[tuple[Kind, str, int, str]]:
    """Return kind, file, line and subject of each finding."""
    findings = examine({**desk.environ, "PATH": "/usr/bin:/bin"}).findings
    return [(each.kind, each.path.name, each.line, each.subject) for each in findings]


def broken(examined: Examination) -> list[Path]:
    """Return the files that could not be read."""
    unreadable = (FileMalformed, FileUnreadable)
    return [each.path for each in examined.errors if isinstance(each, unreadable)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (process("/gone/rolecall"), [(Kind.PROGRAM_MISSING, 7)]),
        (process("rolecall"), [(Kind.PROGRAM_MISSING, 7)]),
        (
            process("/gone/rolecall", "other"),
            [(Kind.PROGRAM_MISSING, 7), (Kind.SESSION_MISSING, 7)],
        ),
        ("credential_process = /gone/other --role-arn x\n", []),
        # Clients do not start the program of such a profile.
        (f"{SSO}{process('/gone/rolecall')}", []),
    ],
)
def test_a_role_needs_the_program_and_the_session_that_it_names(
    desk: Desk, text: str, expected: list[tuple[Kind, int]]
) -> None:
    desk.config.write_text(
        f"[sso-session corp]\nsso_start_url = {desk.session.start_url}\nsso_region = eu-west-1\n"
        f"sso_registration_scopes = sso:account:access\n[profile role]\n{text}"
    )
    assert found(desk) == [(kind, "config", line, "role") for kind, line in expected]


def test_a_program_that_there_is_is_not_reported(desk: Desk) -> None:
    program = desk.home / "rolecall"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    desk.add(f"[profile role]\n{process(str(program))}")
    assert found(desk) == []


def test_profiles_of_other_kinds_hide_no_role_after_them(desk: Desk) -> None:
    role = process("/gone/rolecall")
    desk.add(f"[profile plain]\nregion = x\n[profile one]\n{role}[profile two]\n{role}")
    assert [(kind, name) for kind, _, _, name in found(desk)] == [
        (Kind.PROGRAM_MISSING, "one"),
        (Kind.PROGRAM_MISSING, "two"),
    ]
    assert not examine(desk.environ).is_clean


def test_keys_under_the_name_of_a_profile_with_a_session_are_reported(desk: Desk) -> None:
    desk.add(f"[profile a]\n{SSO}[profile b]\nregion = x\n[profile c]\n{SSO}")
    credentials = desk.services.locations.credentials
    key = "aws_access_key_id = AKIAX\naws_secret_access_key = x\n"
    credentials.write_text(f"[a]\n{key}[b]\n{key}[c]\nregion = x\n")
    credentials.chmod(0o600)
    assert found(desk) == [(Kind.SHADOWED_KEYS, "credentials", 1, "a")]
    credentials.write_text(f"[only-there]\n{key}{SSO}")
    assert (Kind.SHADOWED_KEYS, "credentials", 1, "only-there") in found(desk)
    credentials.write_text(f"[a]\n{key}role_arn = {ARN}\nsource_profile = a\n")
    assert found(desk) == []


def test_a_role_that_only_the_credentials_have_needs_its_program(desk: Desk) -> None:
    credentials = desk.services.locations.credentials
    credentials.write_text(f"[role]\n{process('/gone/rolecall')}")
    credentials.chmod(0o600)
    assert found(desk) == [(Kind.PROGRAM_MISSING, "credentials", 3, "role")]


def test_files_that_others_can_read_or_change_are_reported(desk: Desk) -> None:
    desk.sign_in()
    token = desk.token_cache.token_path(desk.session)
    login = login_files.write(desk.services.locations.login_cache, {})
    role = desk.role_cache.folder / "x.json"
    role.parent.mkdir(parents=True)
    role.write_text("{")
    credentials = desk.services.locations.credentials
    credentials.write_text("")
    files = (desk.config, credentials, token, login, role)
    broken = {(Kind.BROKEN_CACHE_FILE, each.name, 0, "") for each in (login, role)}
    for mode, kinds in (
        (0o600, ()),
        (0o644, (Kind.EXPOSED,)),
        (0o620, (Kind.CHANGEABLE,)),
        (0o666, (Kind.EXPOSED, Kind.CHANGEABLE)),
    ):
        for path in files:
            path.chmod(mode)
        expected = {(kind, path.name, 0, "") for path in files for kind in kinds}
        # There are no secrets in the config.
        expected.discard((Kind.EXPOSED, "config", 0, ""))
        assert set(found(desk)) == expected | broken


def test_settings_that_others_can_change_are_reported(desk: Desk) -> None:
    settings = desk.services.locations.settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.touch()
    settings.chmod(0o666)
    assert found(desk) == [(Kind.CHANGEABLE, "settings.toml", 0, "")]


def test_folders_in_which_others_can_replace_files_are_reported(desk: Desk) -> None:
    desk.sso_cache.parent.mkdir(mode=0o700)
    assert found(desk) == []
    desk.sso_cache.parent.chmod(0o757)
    assert found(desk) == [(Kind.CHANGEABLE_FOLDER, "sso", 0, "")]


def test_an_empty_variable_names_no_file_that_others_can_use(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desk.home / "open"
    folder.mkdir()
    folder.chmod(0o777)
    monkeypatch.chdir(folder)
    variables = {"AWS_CONFIG_FILE": "", "AWS_SHARED_CREDENTIALS_FILE": ""}
    assert examine({**desk.environ, **variables}).findings == ()


def test_an_empty_variable_names_no_folder_to_write_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desk.home / "closed"
    folder.mkdir()
    variables = {"AWS_CONFIG_FILE": "", "AWS_SHARED_CREDENTIALS_FILE": ""}
    with read_only(folder):
        monkeypatch.chdir(folder)
        assert examine({**desk.environ, **variables}).findings == ()
        monkeypatch.chdir(desk.home)


@pytest.mark.thorough
def test_a_file_that_no_client_reads_is_an_error_once(desk: Desk) -> None:
    desk.config.write_text("[broken\n")
    examined = examine(desk.environ)
    assert broken(examined) == [desk.config]
    assert (examined.never_signed_in, examined.is_clean) == ((), False)
    desk.config.write_text("")
    desk.services.locations.credentials.write_text("[broken\n")
    assert broken(examine(desk.environ)) == [desk.services.locations.credentials]


def test_settings_that_are_not_used_are_reported(desk: Desk) -> None:
    settings = write_settings(desk.home, "theme = 3\n")
    examined = examine(desk.environ)
    assert [each.name for each in examined.settings.last.bad] == ["theme"]
    assert (examined.errors, examined.is_clean) == ((), False)
    settings.unlink()
    settings.mkdir()
    examined = examine(desk.environ)
    assert [each.problem for each in examined.settings.last.bad] == [SettingProblem.UNREADABLE]
    assert (examined.errors, examined.is_clean) == ((), False)


def test_files_that_a_variable_sets_to_another_place_are_named(desk: Desk) -> None:
    usual = examine(desk.environ)
    assert (usual.elsewhere, usual.missing, usual.is_clean) == ({}, frozenset(), True)
    config, credentials = desk.home / "mine", desk.home / "gone"
    desk.config.rename(config)
    variables = {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
    examined = examine({**desk.environ, **variables})
    assert examined.elsewhere == {"config": config, "credentials": credentials}
    assert examined.missing == {credentials}
    assert examined.has_cache
    assert examined.never_signed_in == (desk.session,)


def test_a_home_that_cannot_be_written_is_one_finding(desk: Desk) -> None:
    assert examine(desk.environ).is_clean
    with read_only(desk.home):
        assert found(desk) == [(Kind.HOME_UNWRITABLE, desk.home.name, 0, "")]


@pytest.mark.parametrize(
    ("folder", "kinds"),
    [
        (
            ".aws",
            [
                Kind.CONFIG_UNWRITABLE,
                Kind.TOKENS_UNWRITABLE,
                Kind.ROLE_KEYS_UNWRITABLE,
                Kind.LOGINS_UNWRITABLE,
            ],
        ),
        (".aws/sso/cache", [Kind.TOKENS_UNWRITABLE]),
        (".aws/login/cache", [Kind.LOGINS_UNWRITABLE]),
        (".aws/cli", [Kind.ROLE_KEYS_UNWRITABLE]),
        (".local/state/rolecall", [Kind.STATE_UNWRITABLE]),
        (".cache", [Kind.LISTS_UNWRITABLE]),
        (".config/rolecall", [Kind.SETTINGS_UNWRITABLE]),
    ],
)
def test_each_folder_that_cannot_be_written_is_a_finding(
    desk: Desk, folder: str, kinds: list[Kind]
) -> None:
    for path in (desk.services.locations.login_cache, desk.home / folder):
        path.mkdir(parents=True, exist_ok=True)
    before = {path: path.stat().st_size for path in desk.home.rglob("*")}
    assert examine(desk.environ).is_clean
    with read_only(desk.home / folder):
        findings = examine(desk.environ).findings
    assert [each.kind for each in findings] == kinds
    for each in findings:
        assert each.path.is_relative_to(desk.home / folder.partition("/")[0])
        assert "(read-only file system)" in describe(each)
    assert {path: path.stat().st_size for path in desk.home.rglob("*")} == before


def test_a_full_disk_is_one_finding(desk: Desk) -> None:
    with full_disk(desk.home):
        (finding,) = examine(desk.environ).findings
        left = [path for path in desk.home.rglob("*") if path.name != BALLAST]
    assert finding.kind is Kind.HOME_UNWRITABLE
    assert "(disk full)" in describe(finding)
    assert not left


def test_a_full_disk_of_one_folder_is_named_with_a_way_out(desk: Desk) -> None:
    folder = desk.services.locations.sso_cache
    folder.mkdir(parents=True, exist_ok=True)
    with full_disk(folder):
        (finding,) = examine(desk.environ).findings
    assert (finding.kind, finding.path) == (Kind.TOKENS_UNWRITABLE, folder)
    assert describe(finding).endswith("a sign-in is refused. Make room and try again.")
