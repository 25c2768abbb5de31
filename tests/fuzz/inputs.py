"""Inputs for the targets: odd ones made from pieces, and files of the corpus with small changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from rolecall.domain.errors.file_errors import FileMalformed
from rolecall.domain.naming.template import FIELDS, FILTERS
from rolecall.files.aws_config.ini import Document
from rolecall.files.aws_config.ini_sections import SectionKind
from tests.files import corpus_cases
from tests.files.strategies import BYTES, EDIT_NAMES, EDIT_VALUES, FILES

_PIECES = [
    *("\n", "\r\n", "\r", " ", "\t", "  ", "\n\n", "\x0b", "\u00a0", "\u2028", "\ufeff", "\x00"),
    *("#", ";", " # c", " ; c", "=", ":", " = ", "[", "]", '"', "'", "\\", "%", ".", ",", "é"),
    *("[profile dev]", "[profile x]", "[sso-session x]", "[default]", "[DEFAULT]", "[services x]"),
    *('[profile "dev"]', "[profile  dev]", "[ profile dev ]", "[profile dev]#c", "[dev]"),
    *("region = x", "region=y", "Region = x", "region: x", "s3 =", "  a = b", "k", "= v", "output"),
]


@st.composite
def changed_cases(draw: st.DrawFn) -> bytes:
    """Return a file of the corpus with pieces added, removed, and copied."""
    text = draw(st.sampled_from(_CASES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from(["", text[start:end] * 2, *_PIECES]))
        text = text[:start] + piece + text[end:]
    return text.encode()


_CASES = [case.before.decode("utf-8", "replace") for case in corpus_cases.load()]
CONFIGS = st.one_of(changed_cases(), FILES, BYTES)


def names_in(data: bytes, kind: SectionKind) -> list[str]:
    """Return the names of the sections of this kind; none if the file is refused."""
    try:
        document = Document.parse(data, Path("config"))
    except FileMalformed:
        return []
    return sorted({each.name for each in document.sections if each.kind is kind})


def names_for(data: bytes, kind: SectionKind = SectionKind.PROFILE) -> st.SearchStrategy[str]:
    """Return names for an edit: three of four times that of a section of the file, if it has any.

    An edit of a section that is there has the most to keep.
    """
    if not (own := names_in(data, kind)):
        return EDIT_NAMES
    # `one_of` would count equal choices once.
    return st.sampled_from("ooox").flatmap(
        lambda choice: st.sampled_from(own) if choice == "o" else EDIT_NAMES
    )


def edits_of(data: bytes) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return edits of the file. Each is a tuple, so that a find can be written as a literal:
    `edit_of` in targets.py.
    """
    names, sessions = names_for(data), names_for(data, SectionKind.SSO_SESSION)
    return st.one_of(
        st.tuples(st.just("set"), names, EDIT_VALUES),
        st.tuples(st.just("session"), sessions, EDIT_VALUES),
        st.tuples(st.just("copy"), names, EDIT_NAMES, EDIT_VALUES),
        st.tuples(st.just("delete"), names),
        st.tuples(st.just("rename"), names, EDIT_NAMES),
    )


EDITED_CONFIGS = CONFIGS.flatmap(lambda data: st.tuples(st.just(data), edits_of(data)))
SET_CONFIGS = CONFIGS.flatmap(lambda data: st.tuples(st.just(data), names_for(data), EDIT_VALUES))
NEW_SECTIONS = st.tuples(st.sampled_from(["set", "session"]), EDIT_NAMES, EDIT_VALUES)
SECTION_CONFIGS = st.tuples(CONFIGS, NEW_SECTIONS)

TIMES = st.one_of(
    st.sampled_from(
        [
            *("2026-11-24T21:49:23Z", "2026-11-24T21:49:23.123Z", "2026-11-24T21:49:23UTC"),
            *("2026-11-24T21:49:23+00:00", "2026-11-24T21:49:23", "2026-11-24 21:49:23 +0100"),
            *("1795556963", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "", " "),
        ]
    ),
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.none(),
)
_VALUES = st.one_of(
    TIMES,
    st.text(max_size=6),
    st.sampled_from(["https://d-1.awsapps.com/start", "https://D-1.awsapps.com/start/#/", ""]),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.booleans(),
)
_MEMBERS = st.sampled_from(
    [
        *("startUrl", "region", "accessToken", "expiresAt", "clientId", "clientSecret"),
        *("registrationExpiresAt", "refreshToken", "scopes", "grantTypes", "other"),
    ]
)


@st.composite
def token_files(draw: st.DrawFn) -> bytes:
    """Return token files: nearly complete ones, and any object or bytes."""
    whole = {
        "startUrl": "https://d-1.awsapps.com/start",
        "region": "eu-west-1",
        "accessToken": "aoaA",
        "expiresAt": "2026-11-24T21:49:23Z",
        "clientId": "id",
        "clientSecret": "secret",
        "registrationExpiresAt": "2027-02-22T13:49:22Z",
        "refreshToken": "aorA",
    }
    fields: dict[str, object] = dict(draw(st.sampled_from([whole, {}])))
    fields |= draw(st.dictionaries(_MEMBERS, _VALUES, max_size=4))
    data = json.dumps(fields, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    return draw(st.sampled_from([data, data, data[:-1], b"\xef\xbb\xbf" + data, b"[]"]))


TOKENS = st.one_of(token_files(), token_files(), st.binary(max_size=20))

TEMPLATES = st.one_of(
    st.lists(
        st.sampled_from(
            [
                *("{", "}", "|", ":", "-", "a", " ", "é", "0", "{account|slug}", "{short}"),
                *(f"{{{each}" for each in FIELDS),
                *(f"|{each}" for each in FILTERS),
                *("|replace:a:", "|cut:", "|first:3", "::", "}{"),
            ]
        ),
        max_size=10,
    ).map("".join),
    st.text(max_size=20),
)
LETTERS = st.text(
    st.one_of(
        st.sampled_from("aAbB0123 -_./éÉeßſİıﬁ가ᄀ́̀日本\u200b:*?&="), st.characters(codec="utf-8")
    ),
    max_size=12,
)
QUERIES = st.one_of(
    LETTERS,
    st.lists(
        st.sampled_from(
            [
                *("audit", "Prod", "0384-1026-5977", "038410265977", "0384-1", " ", "-", "a"),
                "arn:aws:iam::038410265977:role/aws-reserved/AWSReservedSSO_Ad_0123456789abcdef",
                "arn:aws-cn:sts::038410265977:assumed-role/AWSReservedSSO_é_0123456789abcdef/kim",
                "https://d-1.awsapps.com/start/#/console?account_id=038410265977&role_name=A%20d",
                "AWSReservedSSO_Admin_*",
            ]
        ),
        max_size=4,
    ).map("".join),
)
ROWS = st.lists(st.lists(LETTERS, min_size=1, max_size=3), max_size=4)

_SETTINGS = [
    'template = "{account|slug}"',
    'template = "{"',
    'region = "eu-west-1"',
    'region = "moon"',
    'theme = "dark"',
    "bell = true",
    'bell = "yes"',
    "refresh_hours = 1e400",
    "refresh_hours = nan",
    "refresh_hours = 24",
    'production = "["',
    "regions = 1",
    "[regions]",
    '"*prod*" = "eu-west-1"',
    "[keys]",
    'save = ["s", "x"]',
    "save = []",
    "keys.save = 's'",
    "[shorten]",
    "[[regions]]",
    "x = {a = 1, b = [1, 2]}",
    "# comment",
    "date = 1979-05-27",
    "a.b.c = 1",
    'k = """\n[keys]\n"""',
    "theme = 'dark'  # mine",
    "\t mouse = false",
    "# caf\udce9",  # a byte that is not UTF-8
    'region = "\udce9"',
]
SETTINGS = st.one_of(
    st.lists(st.sampled_from(_SETTINGS), max_size=8).flatmap(
        lambda lines: st.sampled_from(["\n", "\r\n", "\n\n"]).map(lambda end: end.join(lines))
    ),
    st.text(st.sampled_from("ab=[]{}\"'\n\r #.,1\\\u0085\u2028\x0c"), max_size=20),
)
CHANGES = st.dictionaries(
    st.sampled_from(["theme", "region", "output", "template", "bell", "refresh_hours"]),
    st.one_of(st.sampled_from(["dark", "eu-west-1", "é'\"\\", "a\nb"]), st.booleans(), st.none()),
    min_size=1,
    max_size=3,
)
SHELL_VALUES = st.lists(
    st.text(
        st.one_of(
            st.sampled_from("'\"\\`$!;&|<>(){}[]*?~#%^=-\n\r\t ‘’‚‛\x1b\x7fa"),
            st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
        ),
        max_size=30,
    ),
    min_size=60,
    max_size=120,
)
