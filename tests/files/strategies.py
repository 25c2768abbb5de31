"""Config files for property tests: odd ones, and ones that people write."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = st.sampled_from(["dev", "prod", "a-b", "default", "my dev", "é", "x", "DEFAULT", "a.b"])
KEYS = st.sampled_from(
    ["region", "output", "sso_session", "sso_region", "s3", "Region", "role_arn", "k", "É"]
)
VALUES = st.sampled_from(
    [
        *("eu-west-1", "json", "corp", "", "x # c", "x#c", "a = b", "[profile x]", "é", "a\u2028b"),
        "x:y",
    ]
)
ENDINGS = st.sampled_from(["\n", "\n", "\n", "\n", "\r\n", "\r"])
INDENTS = st.sampled_from(["", "", "", "", " ", "  ", "\t", "\x0b", "\u00a0"])
HEADERS = st.builds(
    lambda form, name: form.replace("N", name),
    st.sampled_from(
        [
            *["[profile N]"] * 6,
            "[sso-session N]",
            "[sso-session N]",
            '[profile "N"]',
            "[profile 'N']",
            "[ profile N ]",
            "[profile  N]",
            "[profile\tN]",
            "[profile N] ; c",
            "[profile N]# c",
            "[profile N] junk ]",
            "[profileN]",
            "[N]",
            "[services N]",
            "[profile N",
            "[]",
            "[profile.N]",
        ]
    ),
    NAMES,
)
ENTRIES = st.builds(
    lambda key, between, value: key + between + value,
    KEYS,
    st.sampled_from([" = ", " = ", " = ", "=", ": ", " :", "  =  ", "", " "]),
    VALUES,
)
ODDITIES = st.sampled_from(
    [
        *("", "", "", " ", "# comment", "; comment", "  # indented", "continued", "a = b"),
        *("\ufeff", "\x00"),
    ]
)
LINES = st.one_of(ENTRIES, ENTRIES, ENTRIES, ODDITIES, HEADERS)
ODD_FILES = st.builds(
    lambda lines, last: ("".join(lines) + last).encode(),
    st.lists(st.builds("{}{}{}".format, INDENTS, LINES, ENDINGS), max_size=14),
    st.one_of(st.just(""), LINES),
)
BYTES = st.one_of(ODD_FILES, st.binary(max_size=60))


@st.composite
def typical_files(draw: st.DrawFn) -> bytes:
    """Files that botocore nearly always accepts: no header twice, no key twice in a section."""
    ending = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    headers = draw(st.lists(HEADERS, max_size=5, unique=True))
    lines = draw(st.lists(st.sampled_from(["# top", ""]), max_size=2))
    for header in headers:
        lines += draw(st.lists(st.sampled_from(["", "# lead", "; lead"]), max_size=3))
        indent = draw(st.sampled_from(["", "", "", "  ", "\t"]))
        lines.append(draw(st.sampled_from(["", "", "", indent])) + header)
        keys = draw(st.lists(KEYS, max_size=4, unique_by=str.lower))
        for key in keys:
            between = draw(st.sampled_from([" = ", " = ", "=", ": ", "  =\t"]))
            lines.append(indent + key + between + draw(VALUES))
            below = draw(st.sampled_from([[], [], [], ["a = b"], ["a = b", "# in", "c = d"], [""]]))
            lines += [indent + "    " + line for line in below]
    text = ending.join(lines)
    return (text + draw(st.sampled_from(["", ending, ending, ending * 2]))).encode()


_NO_NOTE: list[str] = []
_NOTES = st.sampled_from(
    [
        *[_NO_NOTE] * 30,
        ["# for Ann and Bob"],
        ["# ---- tools ----"],
        ["; see the wiki"],
        ["#region = us-west-2"],
        ["# output = json"],
        ["; output=json"],
        ["# [profile old]", "# region = us-west-2", "# sso_session = corp"],
        ["#[profile old]", "#s3 =", "#  max_queue_size = 5"],
        ["# old = new", "", "# s3 ="],
        ["  # region = indented"],
        ["    ; k = v"],
    ]
)
_LIVED_IN_KEYS = {
    "sso_session": " = corp",
    "sso_account_id": " = 012345678901",
    "region": "=eu-west-1",
    "output": " = json  # or text",
    "cli_pager": " =",
    "source_profile": " = base",
    "s3": " =\n    max_queue_size = 5\n    # region = nested\n    addressing_style = path",
    "services": " = local",
}


@st.composite
def lived_in_files(draw: st.DrawFn) -> bytes:
    """Files as people keep them: commented-out profiles, notes, indented keys, blank lines in
    some places, and white space at the end.
    """
    ending = draw(st.sampled_from(["\n", "\n", "\n", "\r\n"]))
    gaps = st.lists(st.sampled_from(["", "", "  "]), max_size=draw(st.integers(0, 2)))
    indents = st.sampled_from(draw(st.sampled_from([[""], [""], ["  "], ["", "", "    "]])))
    profiles = [f"profile {name}" for name in ("dev", "prod", "x", "a", "b")]
    names = st.sampled_from([*profiles, "default", "sso-session corp", "services local"])
    lines = draw(st.sampled_from([[], ["# my accounts", ""], [""]]))
    for name in draw(st.lists(names, max_size=6, unique=True)):
        lines = [*lines, *draw(_NOTES), f"[{name}]"]
        indent = draw(indents)
        for key in draw(st.lists(st.sampled_from([*_LIVED_IN_KEYS]), max_size=4, unique=True)):
            lines += draw(_NOTES)
            lines += [indent + line for line in (key + _LIVED_IN_KEYS[key]).split("\n")]
        lines += [*draw(_NOTES), *draw(gaps), *draw(_NOTES)]
    ends = ["", ending, ending, ending * 2, f"{ending}  ", f"{ending}  {ending}"]
    return (ending.join(lines) + draw(st.sampled_from(ends))).encode()


FILES = st.one_of(typical_files(), typical_files(), lived_in_files(), ODD_FILES)
EDIT_NAMES = st.sampled_from(["dev", "prod", "default", "new", "my dev", "x", "a.b"])
EDIT_VALUES = st.dictionaries(
    st.sampled_from(["region", "output", "s3", "sso_session", "k"]),
    st.sampled_from(["us-east-1", "corp", "https://d-1.awsapps.com/start/#/", "x#y", None]),
    min_size=1,
    max_size=3,
)
