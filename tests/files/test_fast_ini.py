"""The fast reader agrees with the full one, or declines the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rolecall.domain.file_errors import FileMalformed
from rolecall.files.fast import ini
from rolecall.files.ini import Document, Section, SectionKind
from tests.files.strategies import FILES

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
                "[profile a] ",
                " [profile a]",
                "[DEFAULT]",
                "[x]",
                '[profile "a"]',
                '[profile "my dev"]',
                "[profile 'my dev']",
                "[profile it's]",
                '[profile "it\'s"]',
                '[profile "a\\\\b"]',
                "[profile 'a\\b']",
                "[profile a\\b]",
                '[profile "a" b]',
                '[profile ""]',
                "[profile é]",
                "[profile a\u00a0b]",
                "[profile a;b#c]",
                "[ x y ]",
                "x\u2028y = 1",
                " \x0b",
                "k = \x0b",
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


def full(data: bytes) -> dict[str, dict[str, str]] | None:
    """By what botocore takes each header for."""
    if (document := parsed(data)) is None:
        return None
    return {title(section): section.values for section in document.sections}


def title(section: Section) -> str:
    if section.kind is SectionKind.OTHER or section.header == "default":
        return section.header
    return f"{section.kind.value} {section.name}"


def full_credentials(data: bytes) -> dict[str, dict[str, str]] | None:
    if (document := parsed(data)) is None:
        return None
    return {section.header: section.values for section in document.sections}


def parsed(data: bytes) -> Document | None:
    try:
        return Document.parse(data, Path("config"))
    except FileMalformed:
        return None


def test_plain_files_are_read() -> None:
    found = ini.config(PLAIN)
    assert found is not None
    assert found == full(PLAIN)
    assert found["profile a-b"]["s3"] == "\nmax_concurrent_requests = 20\n\nmax_queue_size = 1000"


def test_quoted_names_and_windows_line_endings_are_read() -> None:
    found = ini.config(QUOTED)
    assert found == full(QUOTED)
    assert found == {
        "profile my dev": {"region": "eu-west-1"},
        'profile é "x"': {},
        "profile é/ü": {},
    }


@settings(max_examples=600)
@given(data=st.one_of(FILES, PLAINER_FILES))
@example(b"")
@example(b"[profile a]\nk =\n  a")
@example(b"[profile a]\nk = 1\n \x0b\n  2")
def test_the_fast_reader_agrees_with_the_full_one_or_declines(data: bytes) -> None:
    found, keys = ini.config(data), ini.credentials(data)
    assert found is None or found == full(data)
    assert keys is None or keys == full_credentials(data)


@pytest.mark.parametrize(
    "data",
    [
        b"[default]\n[profile default]\n",
        b"[profile a]\n[profile a]\n",
        b"[profile a]\nk = 1\nk = 2\n",
        b"[DEFAULT]\nregion = x\n",
        b"[profile my dev]\n",
        b"[profile 'a']\n[profile a]\n",
        b"[default]\n[profile 'default']\n",
        b'[profile "a\\\\b"]\n',
        b"[profile a]\rk = 1\r",
        b"\xef\xbb\xbf[profile a]\n",
        b"[profile a]\n# \xe9\n",
    ],
)
def test_a_file_that_is_not_plain_is_declined(data: bytes) -> None:
    assert ini.config(data) is None
