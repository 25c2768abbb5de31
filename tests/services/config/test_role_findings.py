"""Profiles whose role or source cannot work, by the rules of botocore."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rolecall.domain.config.findings import FindingKind as Kind
from rolecall.services.config.role_findings import role_findings
from tests.support.config_files import merged

ARN = "role_arn = arn:aws:iam::111111111111:role/Ops\n"
KEYS = "aws_access_key_id = AKIAX\naws_secret_access_key = x\n"


def found(folder: Path, text: str, *with_keys: str) -> list[tuple[Kind, str, int, str]]:
    """Return kind, profile, line and detail of each finding. ~/.aws/credentials has some keys."""
    credentials = "".join(f"[{name}]\n{KEYS}" for name in with_keys)
    return [
        (each.kind, each.subject, each.line, each.detail)
        for each in role_findings(merged(folder, text, credentials))
    ]


@pytest.mark.parametrize(
    ("keys", "kind", "line", "detail"),
    [
        ("source_profile = base\n", None, 0, ""),
        ("source_profile = gone\n", Kind.SOURCE_MISSING, 6, "gone"),
        ("source_profile = stored\n", None, 0, ""),
        ("credential_source = Environment\n", None, 0, ""),
        ("credential_source = EcsContainer\n", None, 0, ""),
        (
            "credential_source = environment\n",
            *(Kind.CREDENTIAL_SOURCE_UNKNOWN, 6),
            "Environment, Ec2InstanceMetadata, EcsContainer",
        ),
        ("credential_source = Environment\nsource_profile = base\n", Kind.TWO_SOURCES, 6, ""),
        ("", Kind.NO_SOURCE, 5, ""),
    ],
)
def test_a_role_has_one_source_that_there_is(
    tmp_path: Path, keys: str, kind: Kind | None, line: int, detail: str
) -> None:
    text = f"[profile base]\n{KEYS}[profile x]\n{ARN}{keys}"
    expected = [] if kind is None else [(kind, "x", line, detail)]
    assert found(tmp_path, text, "stored") == expected


@pytest.mark.parametrize("arn", ["Ops", "arn:aws:iam::1:role/Ops", "arn:aws:iam::111111111111:Ops"])
def test_the_arn_of_a_role_that_aws_refuses_is_found(tmp_path: Path, arn: str) -> None:
    text = f"[profile base]\n{KEYS}[profile x]\nsource_profile = base\nrole_arn = {arn}\n"
    assert found(tmp_path, text) == [(Kind.ROLE_ARN_INVALID, "x", 6, "")]


@pytest.mark.parametrize(
    ("process", "missing"),
    [
        ("rolecall credential-process gone", "gone"),
        ("/opt/bin/rolecall credential-process --profile gone --verbose", "gone"),
        ("rolecall credential-process base", None),
        ("rolecall credential-process stored", None),
        ("vault credential-process gone", None),
    ],
)
def test_the_profile_of_a_credential_process_of_rolecall_must_exist(
    tmp_path: Path, process: str, missing: str | None
) -> None:
    text = f"[profile base]\n{KEYS}[profile x]\ncredential_process = {process}\n"
    expected = [] if missing is None else [(Kind.PROCESS_PROFILE_MISSING, "x", 5, missing)]
    assert found(tmp_path, text, "stored") == expected


class TestLoop:
    def test_a_chain_that_leads_back_is_found_with_its_way(self, tmp_path: Path) -> None:
        text = "".join(
            f"[profile {name}]\n{ARN}source_profile = {source}\n"
            for name, source in (("a", "b"), ("b", "c"), ("c", "b"))
        )
        assert found(tmp_path, text) == [
            (Kind.SOURCE_LOOP, "a", 3, "a → b → c → b"),
            (Kind.SOURCE_LOOP, "b", 6, "b → c → b"),
            (Kind.SOURCE_LOOP, "c", 9, "c → b → c"),
        ]

    def test_a_profile_that_is_its_own_source_needs_its_own_keys(self, tmp_path: Path) -> None:
        text = f"[profile a]\n{ARN}source_profile = a\n"
        assert found(tmp_path, text) == [(Kind.SOURCE_LOOP, "a", 3, "a → a")]
        assert found(tmp_path, text, "a") == []
        assert found(tmp_path, f"{text}{KEYS}") == []

    def test_a_source_with_its_own_keys_ends_a_chain(self, tmp_path: Path) -> None:
        a, b = f"[profile a]\n{ARN}source_profile = b\n", f"[profile b]\n{ARN}source_profile = a\n"
        assert found(tmp_path, f"{a}{KEYS}{b}{KEYS}") == []
        assert found(tmp_path, a + b, "a", "b") == []
        assert [each[1] for each in found(tmp_path, a + b, "b")] == ["b"]


def test_a_login_session_needs_awscrt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[profile a]\nlogin_session = arn:aws:x\n[profile b]\nregion = x\n"
    assert found(tmp_path, text) == []
    monkeypatch.setitem(sys.modules, "awscrt", None)
    monkeypatch.setattr(sys, "executable", "/python")
    [(kind, name, line, detail)] = found(tmp_path, text)
    assert (kind, name, line) == (Kind.LOGIN_NEEDS_CRT, "a", 2)
    assert detail.endswith(" awscrt") or "--with awscrt" in detail
    of_role = f"[profile r]\nrole_arn = Ops\nsource_profile = k\n[profile k]\n{KEYS}"
    kinds = [kind for kind, *_ in found(tmp_path, f"{text}{of_role}")]
    assert kinds == [Kind.LOGIN_NEEDS_CRT, Kind.ROLE_ARN_INVALID]
