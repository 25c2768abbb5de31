"""Every problem of a file has a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.domain.config.findings import Finding, FindingKind
from rolecall.domain.errors import NoCredentials
from rolecall.domain.errors.file_error_reason import FileErrorReason
from rolecall.domain.errors.file_errors import EditRefused, EditRule, FileMalformed, FileUnwritable
from rolecall.files.aws_config.ini_mistakes import IniProblem
from rolecall.presentation.errors import describe, explain
from rolecall.presentation.texts import file_strings, finding_strings
from rolecall.services.profiles.profiles import NameCheck, NameStatus
from rolecall.ui.screens.profiles.profile_form import name_note
from tests.support.for_each import for_each


def test_the_tables_have_a_sentence_for_each_problem_and_no_other() -> None:
    assert file_strings.MALFORMED.keys() == {*(each.value for each in IniProblem), "not-toml"}
    assert file_strings.REFUSED.keys() == {rule.value for rule in EditRule}
    assert file_strings.REASONS.keys() == {reason.value for reason in FileErrorReason}
    assert file_strings.WAYS_OUT.keys() <= {reason.value for reason in FileErrorReason}
    assert finding_strings.FINDINGS.keys() == {kind.value for kind in FindingKind}


def test_an_empty_path_is_named_as_such() -> None:
    said = explain(FileUnwritable(Path(), FileErrorReason.NO_PATH.value))
    assert said.startswith("an empty path cannot be written")
    assert "AWS_CONFIG_FILE" in said


@for_each("problem", list(IniProblem))
def test_each_problem_of_a_malformed_file_is_explained(problem: IniProblem) -> None:
    said = explain(FileMalformed(Path("/h/.aws/config"), 7, problem.value, "[x"))
    assert "/h/.aws/config, line 7: " in said
    assert "{" not in said


@pytest.mark.parametrize(
    ("file", "text", "header"),
    [
        ("config", "[profile dev", "[profile NAME]"),
        ("config", "[dev", "[profile NAME]"),
        ("config", "[sso-session corp", "[sso-session NAME]"),
        ("config", "[services local", "[services NAME]"),
        ("credentials", "[dev", "[NAME]"),
        ("credentials", "[profile dev", "[NAME]"),
        ("config", "[default", "[default]"),
        ("credentials", "[default", "[default]"),
    ],
)
def test_an_incomplete_header_is_written_as_its_file_needs_it(
    monkeypatch: pytest.MonkeyPatch, file: str, text: str, header: str
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    path = Path("/home/me/.aws") / file
    said = explain(FileMalformed(path, 7, IniProblem.BAD_HEADER.value, text))
    assert said.endswith(f"Write it as {header}. Nothing was changed.")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/mnt/keys")
    elsewhere = explain(FileMalformed(Path("/mnt/keys"), 7, IniProblem.BAD_HEADER.value, text))
    assert f"Write it as {'[default]' if text == '[default' else '[NAME]'}." in elsewhere


@for_each("rule", list(EditRule))
def test_each_refused_edit_is_explained(rule: EditRule) -> None:
    said = explain(EditRefused(Path("/h/.aws/config"), rule.value, "region"))
    assert "/h/.aws/config: " in said
    assert "{" not in said


@for_each("kind", list(FindingKind))
def test_the_sentences_of_findings_use_only_the_fields_of_a_finding(kind: FindingKind) -> None:
    said = describe(Finding(kind, Path("/h/.aws/config"), 1, "dev", 2, "sso_region"))
    assert said
    assert "{" not in said


def test_sentences_name_the_actual_paths_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert explain(NoCredentials("a", "not-found")) == "There is no profile a in ~/.aws/config."
    monkeypatch.setenv("AWS_CONFIG_FILE", "~/other/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/mnt/keys")
    assert explain(NoCredentials("a", "not-found")) == "There is no profile a in ~/other/config."
    assert explain(NoCredentials("a", "expired")) == "The keys of a in /mnt/keys have expired."
    note = name_note(NameCheck(NameStatus.IN_CREDENTIALS_FILE))
    assert "/mnt/keys" in note.text
    assert "keys instead" in note.text
    note = name_note(NameCheck(NameStatus.STORED))
    assert note.stops
    assert "/mnt/keys" in note.text
    assert "keys instead" not in note.text


def test_a_name_of_another_case_stops_a_form() -> None:
    note = name_note(NameCheck(NameStatus.CASE))
    assert note.stops
    assert "only in case" in note.text


def test_the_name_default_warns_and_can_be_saved() -> None:
    note = name_note(NameCheck(NameStatus.DEFAULT))
    assert "programs that name no profile" in note.text
    assert note.warns
    assert not note.stops
