"""All readers of an INI file agree, with each other and with botocore."""

from __future__ import annotations

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from botocore.configloader import load_config
from botocore.exceptions import ConfigParseError
from hypothesis import example, given, settings
from hypothesis import strategies as st

import rolecall
from rolecall.domain.errors.file_errors import FileMalformed
from rolecall.domain.text import original
from rolecall.files.aws_config.config_edits import SetProfile
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile, StoredKeys
from rolecall.files.aws_config.glued_headers import is_glued, separated
from rolecall.files.aws_config.ini import Document
from rolecall.files.aws_config.ini_sections import SectionKind, nested_values, parse
from rolecall.services.switching.switching import Switching
from tests.files.strategies import FILES
from tests.support.for_each import for_each

KINDS = {
    "profiles": SectionKind.PROFILE,
    "sso_sessions": SectionKind.SSO_SESSION,
    "services": SectionKind.SERVICES,
}
PLAIN = b"""# mine
[sso-session corp]
sso_start_url = https://d-1.awsapps.com/start/#/
sso_region=eu-west-1

[default]
region = eu-west-1

[profile a-b]
; a comment
sso_session = corp
s3 =
  max_concurrent_requests = 20

  # within
  max_queue_size = 1000
role_arn: arn:aws:iam::1:role/x"""
QUOTED = """[profile "my dev"]
region = eu-west-1

[profile 'é "x"']
[profile é/ü]""".replace("\n", "\r\n").encode()
PLAINER = st.lists(
    st.sampled_from(
        [
            *("[profile a]", "[profile b]", "[sso-session a]", "[default]", "[profile default]"),
            *("region = x", "region=y # c", "output: json", "k =", "K = v", "s3 =", "k", "= v"),
            *("", " ", "  ", "# c", "  ; c", "  a = b", "\ta = b", "  a", "  [profile c]"),
            *(
                *("[profile a] ", " [profile a]", "[DEFAULT]", "[x]", '[profile "a"]'),
                *('[profile "my dev"]', "[profile 'my dev']", "[profile it's]"),
                *('[profile "it\'s"]', '[profile "a\\\\b"]', "[profile 'a\\b']", "[profile a\\b]"),
                *('[profile "a" b]', '[profile ""]', "[profile é]", "[profile a\u00a0b]"),
                *("[profile a;b#c]", "[ x y ]", "x\u2028y = 1", " \x0b", "k = \x0b"),
            ),
        ]
    ),
    max_size=12,
)
PLAINER_FILES = st.builds(
    lambda lines, end: end.join(lines).encode(),
    PLAINER,
    st.sampled_from(["\n", "\n", "\r\n", "\r", "\r\r\n"]),
)


def botocore_reads(data: bytes) -> Any:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        path.write_bytes(data)
        try:
            found = load_config(str(path))
        except ConfigParseError:
            return None
    return {name: found[name] for name in KINDS}


def we_read(data: bytes) -> Any:
    try:
        found = parse(data, "config").by_kind()
    except FileMalformed:
        return None
    return {
        name: {each: as_nested(values) for each, values in found[kind].items()}
        for name, kind in KINDS.items()
    }


def as_nested(values: dict[str, str]) -> dict[str, Any]:
    return {
        key: nested_values(value) if value.startswith("\n") else value
        for key, value in values.items()
    }


def test_quoted_names_and_windows_line_endings_are_read() -> None:
    assert parse(QUOTED, "config").by_kind()[SectionKind.PROFILE] == {
        "my dev": {"region": "eu-west-1"},
        'é "x"': {},
        "é/ü": {},
    }


@pytest.mark.thorough
@settings(max_examples=600)
@given(data=st.one_of(FILES, PLAINER_FILES))
@example(b"")
@example(PLAIN)
@example(QUOTED)
@example(b"[profile a]\nk =\n  a")
@example(b"[profile a]\nk = 1\n \x0b\n  2")
@example(b"[profile a]\nregion = x\n[DEFAULT]\nregion = y\noutput = z\n[DEFAULT]\nk = 1\n")
@example(b"[default]\nk = 1\n[profile default]\nk = 2\n")
@example(b"[profile 'a']\nk = 1\n[profile a]\nk = 2\n")
@example(b"[profile a]\nk\xc2\xa0= 1\nK2 = v\nk3:=\n")
def test_a_prompt_reads_what_botocore_reads(data: bytes) -> None:
    assert we_read(data) == botocore_reads(data)


@pytest.mark.thorough
@settings(max_examples=300)
@given(data=st.one_of(FILES, PLAINER_FILES))
@example(PLAIN)
@example(QUOTED)
def test_the_tree_for_edits_has_the_same_sections_in_the_same_lines(data: bytes) -> None:
    try:
        ini = parse(data, "config")
    except FileMalformed:
        with pytest.raises(FileMalformed):
            Document.parse(data, Path("config"))
        return
    tree = Document.parse(data, Path("config"))
    assert tree.values == ini.sections
    assert [each.line for each in tree.sections] == ini.heads
    assert list(tree.lines()) == ini.lines


@settings(max_examples=200, deadline=None)
@given(config=st.one_of(FILES, PLAINER_FILES), stored=st.one_of(FILES, PLAINER_FILES))
@example(b"[sso-session profile]\n[sso-session prod]\n", b"")
@example(b"[sso-session profile]\n[sso-session prod]\n[DEFAULT]\nk = v\n", b"")
@example(b"[sso-session a]\nSso_Start_Url = https://a.awsapps.com/start\n", b"[b]\nK = v\n")
def test_all_readers_give_the_same_answer(config: bytes, stored: bytes) -> None:
    """The prompt and the commands read as the screens do, which read as botocore does."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        (home / ".aws").mkdir()
        paths = home / ".aws" / "config", home / ".aws" / "credentials"
        for path, data in zip(paths, (config, stored), strict=True):
            path.write_bytes(data)
            os.utime(path, (0, 0))  # no program is writing it
        switching = Switching({"HOME": folder})
        keys = CredentialsFile(paths[1], home / "state")
        assert (switching.credentials_problem() is None) is (keys.problem() is None)
        try:
            found = ConfigFile(paths[0], home / "state").read()
        except FileMalformed:
            with pytest.raises(FileMalformed):
                switching.targets()
            return
        assert switching.session_names() == [*map(original, found.session_values)]
        profiles = found.merged_profiles(keys.sections())
        assert list(switching.targets()) == [*map(original, profiles)]
        for name, profile in profiles.items():
            target = switching.targets()[original(name)]
            assert switching.kind(target.name) is profile.kind
            assert target.region == original(profile.region or "")
        assert switching.key_expiries().keys() == {
            original(each.name) for each in keys_of(keys) if each.expires_at or each.is_short_term
        }


def keys_of(file: CredentialsFile) -> tuple[StoredKeys, ...]:
    return () if file.problem() else file.read()


# Modules that read JSON of rolecall's own: columns of its database, a string, and an image.
OWN_JSON = {
    "files/own/annotations",
    "files/caches/launch_image",
    "files/inventory/inventory",
    "files/inventory/rows",
}


def test_each_format_of_the_clients_is_parsed_in_one_place() -> None:
    package = Path(rolecall.__file__).parent
    sources = {
        str(path.relative_to(package).with_suffix("")): path.read_text(encoding="utf-8")
        for path in package.glob("files/**/*.py")
    }
    assert {name for name, text in sources.items() if "json.loads(" in text} - OWN_JSON == {
        "files/json_fields"
    }
    parsers = {
        name
        for name, text in sources.items()
        if re.search(r"import configparser|\.(?:partition|split|find)\(\"=\"", text)
    }
    # JavaScript reads another dialect, and the findings say where the two differ.
    assert parsers == {
        "files/aws_config/ini_sections",
        "files/aws_config/javascript_ini",
        "files/aws_config/findings",
    }


@pytest.mark.thorough
def test_twenty_thousand_profiles_and_a_line_of_a_megabyte_are_read(tmp_path: Path) -> None:
    path = tmp_path / "config"
    long = "x" * 1_000_000
    text = f"[profile long]\ntext = {long}\n" + "".join(
        f"\n[profile p-{number}]\nregion = eu-west-1\n" for number in range(20_000)
    )
    path.write_text(text)
    file = ConfigFile(path, tmp_path / "state")
    config = file.read()
    assert len(config.profiles) == 20_001
    assert config.findings == ()
    change = file.plan([SetProfile("p-10000", {"region": "us-east-1"})])
    assert change.diff().count("\n") == 10
    assert "\n [profile p-10000]\n-region = eu-west-1\n+region = us-east-1\n" in change.diff()
    file.commit(change)
    wanted = "[profile p-10000]\nregion = eu-west-1"
    assert path.read_text() == text.replace(wanted, wanted.replace("eu-west-1", "us-east-1"))
    many = [SetProfile(f"n-{number}", {"region": "eu-west-1"}) for number in range(300)]
    assert len(file.plan(many).after) > len(text)


@for_each("rest", ["", " ", "\r\n", " # old", " #old", " ; old", "\t; a # b", " #; x"])
def test_a_header_that_every_sdk_sees_is_not_glued(rest: str) -> None:
    assert not is_glued(f"[profile dev]{rest}")
    assert not is_glued(f"  [profile dev]{rest}")


@for_each(
    ("rest", "apart"),
    [
        ("# old\n", " # old\n"),
        (";old", " ;old"),
        (" old\r\n", " # old\r\n"),
        (" #", ""),
        ("#\n", "\n"),
        (" # ; old", " #; old"),
        ("# \t; old", " # \t; old"),
        (" old # ; older", " # old # ; older"),
    ],
)
def test_what_follows_the_bracket_becomes_a_comment(rest: str, apart: str) -> None:
    assert is_glued(f"[profile dev]{rest}")
    assert separated(f"[profile dev]{rest}") == f"[profile dev]{apart}"


@given(st.text("#; \tab="))
def test_every_sdk_sees_a_header_that_is_apart_from_what_follows(rest: str) -> None:
    assert not is_glued(separated(f"[profile dev]{rest}\n"))


@for_each("name", ["a#b", "a;b", "a # b", "a[b", "a]b"])
def test_a_name_with_brackets_or_comment_signs_stays_unseen(name: str) -> None:
    head = f"[profile {name}]\n"
    assert is_glued(head)
    assert is_glued(separated(head))
