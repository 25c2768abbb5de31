"""What rolecall does with the unusual files of the corpus, and what the real clients read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rolecall.domain.errors.file_errors import EditRefused, FileMalformed
from rolecall.domain.text import safe
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.services.config.merged_files import MergedFiles
from rolecall.services.config.profile_findings import all_findings
from tests.files import clients
from tests.files.clients import Reading
from tests.files.corpus_cases import CLIENTS, Case, load
from tests.support.programs import aws_cli, completed

CASES = list(load())
NAMES = [case.name for case in CASES]
READ_WITH_COMMAND = [
    "02-key-case: Region",
    "03-header-in-a-value: an indented header continues a value",
    "04-nested-values: region is not the nested region",
    "06-quoted-names: the same name, plain and quoted",
    "07-defaults: [profile default] first",
    "11-bytes: CRLF",
    "12-values: a comment after a value",
]


def test_the_corpus_is_large_and_has_no_duplicates() -> None:
    assert len(CASES) >= 80
    assert len(set(NAMES)) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_rolecall_writes_what_the_corpus_says(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(case.before)
    os.utime(path, (0, 0))  # an old file; rolecall waits for one that was just written
    file = ConfigFile(path, tmp_path / "state")
    try:
        file.commit(file.plan(case.edits()))
    except EditRefused as error:
        assert f"{error.problem}: {error.subject}" == case.refused
    except FileMalformed as error:
        assert f"{error.line} {error.problem}" == case.malformed
        line = case.before.decode("utf-8", "replace").splitlines()[error.line - 1]
        key = line.partition("=")[0].strip().lower()
        # A header or a key. A value may be a secret.
        assert error.text in {"", safe(key)} or error.text == safe(line.strip())[: len(error.text)]
        assert error.text.startswith("[") or "=" not in error.text
        assert path.read_bytes() == case.before
        return
    else:
        assert not case.refused
        assert not case.malformed
    assert path.read_bytes() == (case.before if case.after is None else case.after)
    path.write_bytes(case.before)
    files = MergedFiles.read(file, CredentialsFile(tmp_path / "credentials", tmp_path / "state"))
    found = [f"{finding.line} {finding.kind.value}" for finding in all_findings(files)]
    assert tuple(found) == case.findings


def check_client(
    read: Callable[[Sequence[Path]], list[Reading]], client: str, folder: Path
) -> None:
    """Compare what a client reads in all files with what the corpus says."""
    column = CLIENTS.index(client)
    wanted, paths = [], []
    for number, case in enumerate(CASES):
        for when, data, reads in (("was", case.before, case.was), ("now", case.after, case.now)):
            if data is None:
                continue
            path = folder / f"{number}-{when}"
            path.write_bytes(data)
            paths.append(path)
            wanted.append((case, when, reads[column]))
    readings = read(paths)
    found = [
        (case.name, when, case.read_value(reading))
        for (case, when, _), reading in zip(wanted, readings, strict=True)
    ]
    assert found == [(case.name, when, value) for case, when, value in wanted]


def test_boto3_reads_what_the_corpus_says(tmp_path: Path) -> None:
    check_client(clients.boto3_reads, "boto3", tmp_path)


def test_the_aws_cli_reads_what_the_corpus_says(tmp_path: Path) -> None:
    check_client(clients.cli_reads, "cli", tmp_path)


def test_the_sdk_for_javascript_reads_what_the_corpus_says(tmp_path: Path) -> None:
    check_client(clients.javascript_reads, "javascript", tmp_path)


@pytest.mark.parametrize(
    ("read", "same"),
    [
        (clients.ruby_reads, "09-odd-headers: no prefix"),  # [profile dev] and [dev]
        pytest.param(  # [profile dev] and [ profile dev ]
            clients.go_reads, "09-odd-headers: spaces inside", marks=pytest.mark.thorough
        ),
    ],
)
def test_other_sdks_read_each_profile_apart_from_its_neighbours(
    read: Callable[[Sequence[Path]], list[Reading]], same: str, tmp_path: Path
) -> None:
    """Of odd headers and new profiles, except two that are the same section for the SDK."""
    cases: list[Case] = []
    paths: list[Path] = []
    for case in CASES:
        if case.name[:2] in {"09", "16"} and case.after is not None and case.edit[:3] != "del":
            paths.append(tmp_path / str(len(paths)))
            paths[-1].write_bytes(case.after)
            cases.append(case)
    boto3 = CLIENTS.index("boto3")
    found = {
        case.name: case.read_value(reading)
        for case, reading in zip(cases, read(paths), strict=True)
        if case.read_value(reading) != case.now[boto3]
    }
    assert found == {same: "eu-west-2"}


@pytest.mark.thorough
@pytest.mark.parametrize("name", READ_WITH_COMMAND)
def test_the_aws_command_reads_what_its_package_reads(name: str, tmp_path: Path) -> None:
    case = CASES[NAMES.index(name)]
    assert case.after is not None
    path = tmp_path / "config"
    path.write_bytes(case.after)
    _, profile, key, *_ = case.words()
    answer = completed(
        [aws_cli(), "configure", "get", key, "--profile", profile],
        {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_CONFIG_FILE": str(path)},
    )
    assert answer.stdout.strip() == case.now[CLIENTS.index("cli")]
