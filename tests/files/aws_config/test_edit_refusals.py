"""Why an edit is refused, and what the refusal is about. Nothing is planned then."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall.domain.config.file_change import Edit
from rolecall.domain.errors.file_errors import EditRefused, EditRule, FileMalformed
from rolecall.domain.model import RoleCredentials, Secret
from rolecall.files.aws_config.config_edits import (
    ChangeProfile,
    CopyProfile,
    DeleteProfile,
    DeleteSsoSession,
    RenameProfiles,
    ReplaceProfile,
    SetProfile,
    SetSsoSession,
    section_text,
)
from rolecall.files.aws_config.credentials_file import DeleteKeys, StoreKeys
from rolecall.files.aws_config.editor import IniFile
from rolecall.files.aws_config.ini_mistakes import IniProblem

CONFIG = """\
[DEFAULT]
output = json
[profile dev]
region = eu-west-1
[profile test]
region = eu-west-1
[profile.prod]
[sso-session.corp]
"""
KEYS = RoleCredentials("ASIA1", Secret("s"), Secret("t"), datetime(2026, 11, 24, tzinfo=UTC), "1")


@pytest.fixture
def file(tmp_path: Path) -> IniFile:
    (tmp_path / "file").write_text(CONFIG)
    return IniFile(tmp_path / "file", tmp_path / "state")


@pytest.mark.parametrize(
    ("edit", "rule", "subject"),
    [
        (ChangeProfile("gone", {"region": "x"}), EditRule.MISSING, "gone"),
        (ReplaceProfile("gone", "[profile gone]"), EditRule.MISSING, "gone"),
        (CopyProfile("gone", "new", {}), EditRule.MISSING, "gone"),
        (DeleteProfile("gone"), EditRule.MISSING, "gone"),
        (DeleteSsoSession("dev"), EditRule.MISSING, "dev"),
        (RenameProfiles({"dev": "new", "gone": "newer"}), EditRule.MISSING, "gone"),
        (DeleteKeys("gone"), EditRule.MISSING, "gone"),
        (CopyProfile("dev", "test", {}), EditRule.TAKEN, "test"),
        (RenameProfiles({"dev": "test"}), EditRule.TAKEN, "test"),
        (SetProfile("a b", {"region": "x"}), EditRule.NAME, "a b"),
        (SetProfile("__proto__", {"region": "x"}), EditRule.NAME, "__proto__"),
        (SetSsoSession("a]", {"sso_region": "x"}), EditRule.NAME, "a]"),
        (CopyProfile("dev", "", {}), EditRule.NAME, ""),
        (RenameProfiles({"dev": "a b"}), EditRule.NAME, "a b"),
        (StoreKeys("a b", KEYS), EditRule.NAME, "a b"),
        (SetProfile("prod", {"region": "x"}), EditRule.OTHERS_READ_IT, "prod"),
        (SetSsoSession("corp", {"sso_region": "x"}), EditRule.OTHERS_READ_IT, "corp"),
        (SetProfile("dev", {"region": "x", "output": None}), EditRule.INHERITED, "output"),
        (ReplaceProfile("dev", "[profile new]"), EditRule.HEADER, "profile dev"),
        (ReplaceProfile("dev", "[profile dev]\n[profile new]"), EditRule.HEADER, "profile dev"),
        (ReplaceProfile("dev", "# region"), EditRule.HEADER, "profile dev"),
    ],
)
def test_an_edit_is_refused(file: IniFile, edit: Edit, rule: EditRule, subject: str) -> None:
    with pytest.raises(EditRefused) as caught:
        file.plan([edit])
    assert (caught.value.problem, caught.value.subject) == (rule.value, subject)
    assert caught.value.path == file.path


def test_text_of_an_editor_that_is_not_utf8_is_refused(file: IniFile) -> None:
    typed = b"[profile dev]\nregion = \xe9\n".decode("utf-8", "surrogateescape")
    with pytest.raises(FileMalformed) as caught:
        file.plan([ReplaceProfile("dev", typed)])
    assert (caught.value.problem, caught.value.line) == (IniProblem.NOT_UTF8.value, 2)


def test_a_profile_that_is_missing_has_no_text(file: IniFile) -> None:
    document = file.document()
    assert section_text(document, "dev") == "[profile dev]\nregion = eu-west-1\n"
    with pytest.raises(EditRefused) as caught:
        section_text(document, "gone")
    assert (caught.value.problem, caught.value.subject) == (EditRule.MISSING.value, "gone")
