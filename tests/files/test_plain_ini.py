"""The quick reader says what the full one says, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rolecall.domain.errors import FileMalformed
from rolecall.files import plain_ini
from rolecall.files.ini import Document
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
                "x\u2028y = 1",
                " \x0b",
                "k = \x0b",
            ),
        ]
    ),
    max_size=12,
).map(lambda lines: "\n".join(lines).encode())


def full(data: bytes) -> dict[str, dict[str, str]] | None:
    try:
        document = Document.parse(data, Path("config"))
    except FileMalformed:
        return None
    return {section.header: section.values for section in document.sections}


def test_it_reads_what_is_usual() -> None:
    found = plain_ini.config(PLAIN)
    assert found is not None
    assert found == full(PLAIN)
    assert found["profile a-b"]["s3"] == "\nmax_concurrent_requests = 20\n\nmax_queue_size = 1000"


@settings(max_examples=600)
@given(data=st.one_of(FILES, PLAINER))
@example(b"")
@example(b"[profile a]\nk =\n  a")
@example(b"[profile a]\nk = 1\n \x0b\n  2")
def test_it_never_disagrees(data: bytes) -> None:
    for found in (plain_ini.config(data), plain_ini.credentials(data)):
        assert found is None or found == full(data)


@pytest.mark.parametrize(
    "data",
    [
        b"[default]\n[profile default]\n",
        b"[profile a]\n[profile a]\n",
        b"[profile a]\nk = 1\nk = 2\n",
        b"[DEFAULT]\nregion = x\n",
        b"[profile my dev]\n",
        b"[profile a]\r\nk = 1\r\n",
        b"\xef\xbb\xbf[profile a]\n",
        b"[profile a]\n# \xe9\n",
    ],
)
def test_what_is_not_plain_is_left_to_the_full_reader(data: bytes) -> None:
    assert plain_ini.config(data) is None
