"""Profiles that cannot work, as clients merge them from ~/.aws/config and ~/.aws/credentials."""

from __future__ import annotations

from pathlib import Path

import botocore.session
import pytest
from botocore.exceptions import BotoCoreError

from rolecall.domain.config.findings import Finding, FindingKind
from rolecall.services.config.profile_findings import all_findings
from tests.support.config_files import merged
from tests.support.for_each import for_each

CONFIG, CREDENTIALS = Path("config"), Path("credentials")
SESSION = "[sso-session s]\nsso_start_url = u\nsso_region = r\nsso_registration_scopes = x\n"
ACCOUNT = "sso_account_id = 038410265977\n"
ROLE = f"{ACCOUNT}sso_role_name = Admin\n"
KEYS = "aws_access_key_id = x\naws_secret_access_key = x\n"
ARN = "role_arn = arn:aws:iam::111111111111:role/Ops\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def found(text: str, credentials: str = "") -> list[Finding]:
    return list(all_findings(merged(Path(), text, credentials)))


def test_a_profile_whose_session_is_missing_is_found() -> None:
    assert found(f"{SESSION}[profile a]\nsso_session = other\n{ROLE}") == [
        Finding(FindingKind.SESSION_MISSING, CONFIG, 6, "a")
    ]


@pytest.mark.parametrize(("region", "is_found"), [("r", False), ("other", True)])
def test_a_profile_may_repeat_what_its_session_has_but_not_differ(
    region: str, *, is_found: bool
) -> None:
    text = f"{SESSION}[profile a]\nsso_session = s\nsso_region = {region}\n{ROLE}"
    expected = [Finding(FindingKind.SESSION_DIFFERS, CONFIG, 7, "a", 3)]
    assert found(text) == (expected if is_found else [])


LEGACY = "[profile {}]\nsso_start_url = {}\nsso_region = {}\n" + ROLE


def test_profiles_without_a_session_that_share_a_start_url_have_one_region() -> None:
    text = (
        LEGACY.format("a", "u", "r") + LEGACY.format("b", "u", "q") + LEGACY.format("c", "v", "q")
    )
    assert found(text) == [Finding(FindingKind.REGION_DIFFERS, CONFIG, 8, "b", 3, "r")]
    assert found(text.replace("q", "r")) == []
    assert found(text.replace("[profile b]", "[services b]")) == []
    with_session = text.replace("[profile b]", "[profile b]\nsso_session = s")
    kinds = {each.kind for each in found(f"{with_session}{SESSION}")}
    assert FindingKind.REGION_DIFFERS not in kinds
    for_tokens = text.replace(ROLE, "")
    assert found(for_tokens) == [Finding(FindingKind.REGION_DIFFERS, CONFIG, 6, "b", 3, "r")]


def test_a_profile_is_checked_whatever_the_profiles_before_it_are() -> None:
    plain, gone = "[profile {}]\nregion = x\n", "[profile {}]\nsso_session = gone\n" + ROLE
    text = plain.format("a") + gone.format("b") + gone.format("c")
    missing = FindingKind.SESSION_MISSING
    assert [(each.kind, each.subject) for each in found(text)] == [(missing, "b"), (missing, "c")]
    text = plain.format("a") + LEGACY.format("b", "u", "r") + LEGACY.format("c", "u", "q")
    assert [(each.kind, each.subject) for each in found(text)] == [
        (FindingKind.REGION_DIFFERS, "c")
    ]


def test_a_profile_for_tokens_alone_lacks_no_key_of_its_session() -> None:
    text = SESSION.replace("sso_region = r\n", "") + "[profile a]\nsso_session = s\n"
    assert FindingKind.PROFILE_INCOMPLETE not in {each.kind for each in found(text)}
    (finding,) = (each for each in found(text + ROLE) if each.subject == "a")
    assert (finding.kind, finding.detail) == (FindingKind.PROFILE_INCOMPLETE, "sso_region")


@for_each(
    ("lines", "missing"),
    [
        ("sso_start_url = u\n", "sso_region"),
        ("sso_start_url = u\nsso_region = r\n", ""),
        (ROLE, "sso_start_url, sso_region"),
        ("sso_role_name = x\n", "sso_start_url, sso_region, sso_account_id"),
        (f"sso_region = r\n{ROLE}", "sso_start_url"),
        ("sso_session = s\n", ""),
        (f"sso_session = s\n{ROLE}", ""),
        ("sso_session = s\nsso_role_name = x\n", "sso_account_id"),
        ("sso_region = r\n", ""),
        ("", ""),
    ],
)
def test_an_sso_profile_without_a_key_that_it_needs_is_found(lines: str, missing: str) -> None:
    expected = [Finding(FindingKind.PROFILE_INCOMPLETE, CONFIG, 5, "a", detail=missing)]
    assert found(f"{SESSION}[profile a]\n{lines}") == (expected if missing else [])


def test_the_defaults_of_all_sections_count_as_keys_of_a_profile() -> None:
    text = "[DEFAULT]\nsso_session = s\nsso_account_id = 038410265977\nrole_arn = x\n"
    text += f"{SESSION}[profile a]\nsso_role_name = Admin\nweb_identity_token_file = x\n"
    assert [each.kind for each in found(text)] == [FindingKind.DEFAULTS_FOR_ALL]


def test_services_that_are_missing_or_empty_are_found() -> None:
    text = "[services full]\ns3 =\n  endpoint_url = http://x\n[services empty]\n"
    profiles = [f"[profile {name}]\nservices = {name}\n" for name in ("full", "empty", "gone")]
    assert found(text + "".join(profiles)) == [
        Finding(FindingKind.SERVICES_MISSING, CONFIG, 8, "empty", detail="empty"),
        Finding(FindingKind.SERVICES_MISSING, CONFIG, 10, "gone", detail="gone"),
    ]
    assert found("[preview]\nservices = gone\n") == []


def test_an_endpoint_url_that_is_no_web_address_is_found() -> None:
    kind = FindingKind.ENDPOINT_INVALID
    services = "[services own]\ns3 =\n  addressing_style = path\n  endpoint_url = bar\nsts =\n"
    text = f"{services}  endpoint_url = http://127.0.0.1:1\n[profile a]\nendpoint_url = foo\n"
    assert found(text) == [
        Finding(kind, CONFIG, 4, "services own", detail="bar"),
        Finding(kind, CONFIG, 8, "a", detail="foo"),
    ]
    of_services = text.replace("endpoint_url = foo", "endpoint_url =\nservices = own")
    assert [each.subject for each in found(of_services) if each.kind is kind] == ["services own"]
    assert found(text.replace("foo", "http://u:p@host").replace("bar", "https://host/path")) == []
    assert found("[default]\nendpoint_url = http://u:p@a_b\n") == [
        Finding(kind, CONFIG, 2, "default", detail="http://…@a_b")
    ]
    assert found("", "[x]\nendpoint_url = foo\n") == [
        Finding(kind, CREDENTIALS, 2, "x", detail="foo", is_elsewhere=True)
    ]
    ignored = "[profile a]\nendpoint_url = foo\nignore_configured_endpoint_urls = true\n"
    assert found(ignored) == []


@pytest.mark.parametrize(
    ("account", "is_valid"),
    [("038410265977", True), ("38410265977", False), ("0384102659770", False), ("x", False)],
)
def test_the_account_of_a_profile_has_twelve_digits(account: str, *, is_valid: bool) -> None:
    expected = [Finding(FindingKind.ACCOUNT_ID_INVALID, CONFIG, 6, "a")]
    text = f"{SESSION}[profile a]\nsso_account_id = {account}\nsso_session = s\nsso_role_name = x\n"
    assert found(text) == ([] if is_valid else expected)
    assert found(text.replace("[profile a]", "[services a]")) == []


@pytest.mark.parametrize(("more", "is_found"), [("", True), ("role_arn = x\n", False)])
def test_a_token_of_a_web_identity_needs_a_role(more: str, *, is_found: bool) -> None:
    expected = [Finding(FindingKind.ROLE_ARN_MISSING, CONFIG, 2, "a")]
    assert found(f"[profile a]\nweb_identity_token_file = x\n{more}") == (
        expected if is_found else []
    )


BOTH = [
    # One file has what the other lacks.
    (f"sso_session = s\n{ACCOUNT}", "sso_role_name = Admin\n", None),
    (f"sso_session = s\n{ACCOUNT}", "region = x\n", (FindingKind.PROFILE_INCOMPLETE, "config:5")),
    ("region = x\n", ROLE, (FindingKind.PROFILE_INCOMPLETE, "credentials:1")),
    (f"sso_region = r\n{ACCOUNT}", ROLE, (FindingKind.PROFILE_INCOMPLETE, "config:5")),
    (None, f"sso_session = s\n{ACCOUNT}", (FindingKind.PROFILE_INCOMPLETE, "credentials:1")),
    (None, f"sso_session = s\n{ROLE}", None),
    # The credentials decide.
    (f"sso_session = s\n{ROLE}", "sso_region = r\n", None),
    (
        *(f"sso_session = s\n{ROLE}", "region = x\nsso_region = q\n"),
        (FindingKind.SESSION_DIFFERS, "credentials:3"),
    ),
    (f"sso_session = s\nsso_region = q\n{ROLE}", "sso_region = r\n", None),
    (f"sso_session = gone\n{ROLE}", "sso_session = s\n", None),
    (
        *(f"sso_session = s\n{ROLE}", "sso_session = gone\n"),
        (FindingKind.SESSION_MISSING, "credentials:2"),
    ),
    ("web_identity_token_file = /x\n", ARN, None),
    (None, "web_identity_token_file = /x\n", (FindingKind.ROLE_ARN_MISSING, "credentials:2")),
    # Roles
    (f"{ARN}", "credential_source = Environment\n", None),
    (ARN, "region = x\n", (FindingKind.NO_SOURCE, "config:6")),
    (None, ARN, (FindingKind.NO_SOURCE, "credentials:2")),
    (
        *(f"{ARN}source_profile = a\n", "source_profile = gone\n"),
        (FindingKind.SOURCE_MISSING, "credentials:2"),
    ),
    (f"{ARN}source_profile = a\n", "aws_secret_access_key = x\naws_access_key_id = x\n", None),
    (f"{ARN}source_profile = a\n", "region = x\n", (FindingKind.SOURCE_LOOP, "config:7")),
    (
        *(f"{ARN}source_profile = a\n", "credential_source = Environment\n"),
        (FindingKind.TWO_SOURCES, "credentials:2"),
    ),
    # SSO keys that no client uses
    (f"{ARN}credential_source = Environment\n{ACCOUNT}", "region = x\n", None),
    (f"{ARN}credential_source = Environment\nsso_account_id = 1\n", "sso_session = gone\n", None),
    ("sso_session = gone\n", KEYS, None),
    ("sso_start_url = u\n", KEYS, None),
    (f"sso_session = gone\n{ROLE}", KEYS, (FindingKind.SESSION_MISSING, "config:6")),
    # [DEFAULT] of either file
    (f"sso_session = s\n{ROLE}", "[DEFAULT]\nsso_region = r\n", None),
    (
        *(f"sso_session = s\n{ROLE}", "[DEFAULT]\nsso_region = q\n"),
        (FindingKind.SESSION_DIFFERS, "credentials:3"),
    ),
]


@pytest.mark.parametrize(("config", "credentials", "expected"), BOTH)
def test_a_profile_of_both_files_has_a_finding_exactly_if_botocore_refuses_it(
    config: str | None,
    credentials: str,
    expected: tuple[FindingKind, str] | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`botocore.session.Session.full_config` updates the profile with the credentials section."""
    own = "" if config is None else f"[profile a]\n{config}"
    all_of = found(f"{SESSION}{own}", f"[a]\n{credentials}")
    kinds_and_places = [(each.kind, f"{each.path}:{each.line}") for each in all_of]
    assert kinds_and_places == ([] if expected is None else [expected])
    assert all(each.subject == "a" for each in all_of)
    assert all(each.is_elsewhere is (each.path == CREDENTIALS) for each in all_of)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "A")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    session = botocore.session.Session(profile="a")
    session.set_config_variable("config_file", "config")
    session.set_config_variable("credentials_file", "credentials")
    if expected is None:
        assert session.get_credentials() is not None
    else:
        with pytest.raises(BotoCoreError):
            session.get_credentials()


def test_the_account_that_clients_use_is_the_one_that_is_checked() -> None:
    text = f"{SESSION}[profile a]\nsso_session = s\n{ROLE.replace('0384', '384')}"
    (finding,) = found(text)
    assert (finding.path, finding.line) == (CONFIG, 7)
    assert found(text, f"[a]\n{ACCOUNT}") == []
    dashed = "[a]\nsso_account_id = 0384-1026-5977\n[b]\nsso_session = s\nsso_account_id = 1\n"
    assert [
        (each.kind, each.path, each.line, each.subject)
        for each in found(text, f"{dashed}sso_role_name = x\n")
    ] == [
        (FindingKind.ACCOUNT_ID_INVALID, CREDENTIALS, 2, "a"),
        (FindingKind.ACCOUNT_ID_INVALID, CREDENTIALS, 5, "b"),
    ]


def test_a_finding_names_the_other_file_of_its_second_line() -> None:
    own = f"{SESSION}[profile a]\nsso_session = s\n{ROLE}"
    (differs,) = found(own, "[a]\nsso_region = q\n")
    assert (differs.path, differs.line) == (CREDENTIALS, 2)
    assert (differs.other_path, differs.other) == (CONFIG, 3)
    stored = LEGACY.replace("profile ", "").format("b", "u", "q")
    assert found(LEGACY.format("a", "u", "r"), stored) == [
        Finding(FindingKind.REGION_DIFFERS, CREDENTIALS, 3, "b", 3, "r", CONFIG, is_elsewhere=True)
    ]


def test_a_finding_is_not_at_the_key_of_another_section() -> None:
    config = f"[profile a]\n{ARN}source_profile = gone\n"
    (finding,) = found(config, "[a]\nregion = x\n[b]\nsource_profile = a\n")
    assert (finding.kind, finding.path, finding.line) == (FindingKind.SOURCE_MISSING, CONFIG, 3)
    gone = f"sso_session = gone\n{ROLE}"
    both = found(f"[default]\n{gone}[profile default]\n{gone}")
    missing = [each.line for each in both if each.kind is FindingKind.SESSION_MISSING]
    assert missing == [6]  # botocore uses the last section


def test_services_that_only_the_credentials_name_are_found() -> None:
    (finding,) = found("[services x]\ns3 =\n  a = b\n", "[a]\nservices = x\n[b]\nservices = y\n")
    assert (finding.kind, finding.path, finding.line) == (
        *(FindingKind.SERVICES_MISSING, CREDENTIALS),
        4,
    )


def test_a_key_that_all_sections_get_is_at_its_own_line() -> None:
    profile = "[profile a]\nsso_session = s\nsso_role_name = x\n"
    all_of = found(f"[DEFAULT]\nsso_account_id = 1\n{SESSION}{profile}")
    assert [(each.line, each.is_elsewhere) for each in all_of] == [(1, False), (2, True)]


def test_an_unreadable_credentials_file_changes_nothing() -> None:
    text = f"{SESSION}[profile a]\nsso_session = gone\n{ROLE}"
    assert found(text, "[broken\n") == found(text)


def test_all_findings_are_in_the_order_of_their_lines() -> None:
    files = f"[profile x]\n{ARN}[odd]\n[profile y]\n{ARN}Region: z\n", f"[w]\n{ARN}"
    lines = [(each.path, each.line) for each in found(*files)]
    assert {(CONFIG, 2), (CONFIG, 5), (CREDENTIALS, 2)} <= set(lines)
    assert lines == [*sorted(lines[:-1]), (CREDENTIALS, 2)]
