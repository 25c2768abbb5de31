"""Findings in the config: their kinds, lines and subjects."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.domain.account_access import TENANT_KEY
from rolecall.domain.config.findings import Finding, FindingKind
from rolecall.files.aws_config.findings import config_findings, sso_in_credentials
from rolecall.files.aws_config.ini import Document
from tests.support.for_each import for_each

PATH = Path("config")
SESSION = "[sso-session s]\nsso_start_url = u\nsso_region = r\nsso_registration_scopes = x\n"


def document(text: str) -> Document:
    return Document.parse(text.encode(), PATH)


def found(text: str) -> list[Finding]:
    return list(config_findings(document(text)))


@for_each(
    ("head", "kind", "subject"),
    [
        ("[profile __proto__]", FindingKind.JAVASCRIPT_REFUSES, "__proto__"),
        ("[profile dev]# old", FindingKind.HEADER_GLUED, "dev"),
        ("[plugins];c", FindingKind.HEADER_GLUED, "plugins"),
        ("[profile  dev]", FindingKind.HEADER_SPACING, "dev"),
        ("[profile é]", FindingKind.NAME_NOT_SHARED, "é"),
        ("[DEFAULT]", FindingKind.DEFAULTS_FOR_ALL, "DEFAULT"),
        ("[profile.dev]", FindingKind.ONLY_JAVASCRIPT, "profile.dev"),
        ("[sso-session]", FindingKind.NOT_A_SESSION, "sso-session"),
        ("[ sso-session  s]", FindingKind.NOT_A_SESSION, " sso-session  s"),
        ("[dev]", FindingKind.NOT_A_PROFILE, "dev"),
        ("[profiledev]", FindingKind.NOT_A_PROFILE, "profiledev"),
        ("[ default ]", FindingKind.NOT_A_PROFILE, " default "),
    ],
)
def test_a_header_that_not_every_client_reads_as_it_is_meant_is_found(
    head: str, kind: FindingKind, subject: str
) -> None:
    assert found(f"\n{head}\nregion = x\n") == [Finding(kind, PATH, 2, subject)]


@pytest.mark.parametrize("head", ["[preview]", "[plugins]", "[services x]", "[profile a.b]"])
def test_a_section_that_is_no_profile_and_does_not_look_like_one_is_passed_over(head: str) -> None:
    assert found(f"{head}\ns3 =\n  endpoint_url = https://x\n") == []


def test_a_section_looks_like_a_profile_by_its_keys_or_its_header() -> None:
    assert [each.kind for each in found("[ profile x ]\n[x]\naws_key = 1\n")] == [
        FindingKind.NOT_A_PROFILE,
        FindingKind.NOT_A_PROFILE,
    ]
    assert found("[x]\nmy_region = 1\nregional = 2\n") == []


def test_a_name_that_is_used_twice_is_found_with_the_line_of_the_first() -> None:
    text = '[profile a]\n[profile "a"]\n[default]\n[profile default]\n'
    assert found(f'{text}[sso-session "a"]\n{SESSION}')[:2] == [
        Finding(FindingKind.REPEATED, PATH, 2, "a", 1),
        Finding(FindingKind.TWO_DEFAULTS, PATH, 4, "default", 3),
    ]
    kinds = (FindingKind.REPEATED, FindingKind.TWO_DEFAULTS)
    twice = f'{SESSION}[sso-session "s"]\n[sso-session default]\n[sso-session "default"]\n'
    assert [each for each in found(twice) if each.kind in kinds] == [
        Finding(FindingKind.REPEATED, PATH, 5, "s", 1),
        Finding(FindingKind.REPEATED, PATH, 7, "default", 6),
    ]


@for_each(
    ("lines", "expected"),
    [
        ("Region = x", [(FindingKind.KEY_CASE, 2, "region")]),
        ("region\ufeff = x", [(FindingKind.LINE_NOT_SHARED, 2, "…")]),
        ("region: x", [(FindingKind.COLON, 2, "region")]),
        ("region : x", [(FindingKind.COLON, 2, "region")]),
        ("region = a:b", []),
        ("region=x", []),
        ("region =", [(FindingKind.EMPTY_VALUE, 2, "region")]),
        ("region = x\n  y", [(FindingKind.CONTINUED, 2, "region")]),
        ("region =\n  y = 1", []),
        ("region = x\n\n# c", []),
        (
            "region = x\n  [profile b]",
            [
                (k, n, "region")
                for k, n in ((FindingKind.CONTINUED, 2), (FindingKind.HEADER_IN_VALUE, 3))
            ],
        ),
        (
            "region = x\n  y\n  [profile b]",
            [(FindingKind.CONTINUED, 2, "region"), (FindingKind.HEADER_IN_VALUE, 4, "region")],
        ),
        ("s3 =\n  a = 1\n  b = 2 # c\n  # d\n  ; e", [(FindingKind.COMMENT_IN_VALUE, 4, "s3")]),
        ("s3 = x\n  b = 2 # c", [(FindingKind.CONTINUED, 2, "s3")]),
        (" s3 =\n   a = 1\n output = x", [(FindingKind.NESTED_BY_INDENT, 4, "output")]),
        (" region = x\n output = y", []),
        ("s3 =\n  a = 1\noutput = x", []),
    ],
)
def test_a_key_that_not_every_client_reads_alike_is_found(
    lines: str, expected: list[tuple[FindingKind, int, str]]
) -> None:
    assert found(f"[profile a]\n{lines}\n") == [
        Finding(kind, PATH, line, subject) for kind, line, subject in expected
    ]


@pytest.mark.parametrize("value", ["a # b", "a ; b", "#", ";"])
def test_a_value_with_what_looks_like_a_comment_is_found(value: str) -> None:
    assert found(f"[profile dev]\nregion = {value}\noutput = a#b;c\n") == [
        Finding(FindingKind.COMMENT_IN_VALUE, PATH, 2, "region")
    ]


def test_a_nested_key_of_one_section_is_not_above_the_keys_of_another() -> None:
    assert found("[profile a]\ns3 =\n  a = 1\n[profile b]\n region = x\n") == []


def test_the_first_of_lines_that_end_in_a_carriage_return_is_found() -> None:
    expected = Finding(FindingKind.CARRIAGE_RETURNS, PATH, 2)
    assert expected in found("# mine\n[preview]\rx = 1\r")
    assert found("[preview]\r\nx = 1\r\n") == []


@pytest.mark.parametrize(
    ("lost", "kinds"),
    [
        ("sso_start_url = u\n", [FindingKind.SESSION_INCOMPLETE]),
        ("sso_region = r\n", [FindingKind.SESSION_INCOMPLETE]),
        ("sso_registration_scopes = x\n", [FindingKind.SCOPES_MISSING]),
        ("", []),
    ],
)
def test_a_session_without_a_key_that_it_needs_is_found(
    lost: str, kinds: list[FindingKind]
) -> None:
    assert found(SESSION.replace(lost, "")) == [Finding(kind, PATH, 1, "s") for kind in kinds]


@pytest.mark.parametrize(("kind", "is_found"), [("sso-session", True), ("profile", False)])
@pytest.mark.parametrize("value", ["x", "https://corp.awsapps.com/start"])
def test_the_address_of_an_account_access_portal_is_checked_in_sessions(
    kind: str, value: str, *, is_found: bool
) -> None:
    text = f"{SESSION.replace('sso-session', kind)}{TENANT_KEY} = {value}\n"
    expected = Finding(FindingKind.ACCOUNT_ACCESS_INVALID, PATH, 5, "s", detail=value)
    assert (expected in found(text)) is is_found


def test_a_password_in_the_address_of_an_account_access_portal_is_not_shown() -> None:
    (finding,) = found(f"{SESSION}{TENANT_KEY} = https://u:hunter2@aa-x.example\n")
    assert finding.detail == "https://…@aa-x.example"


def test_keys_of_a_session_in_the_credentials_are_found() -> None:
    text = "[a]\naws_access_key_id = x\nsso_region = r\nsso_start_url = u\n[b]\nmy_sso_x = 1\n"
    assert list(sso_in_credentials(document(text))) == [
        Finding(FindingKind.SSO_IN_CREDENTIALS, PATH, 3, "a", detail="sso_region, sso_start_url")
    ]


def test_findings_are_in_the_order_of_the_lines() -> None:
    text = f"[profile  a]\nRegion = x\n[b]\nregion: x\n{SESSION.replace('sso_region = r', '')}"
    assert [each.line for each in found(text)] == [1, 2, 3, 4, 5]
