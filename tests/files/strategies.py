"""Config files for property tests: odd ones, and ones that people write."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = st.sampled_from(["dev", "prod", "a-b", "default", "my dev", "é", "x", "DEFAULT", "a.b"])
KEYS = st.sampled_from(
    ["region", "output", "sso_session", "sso_region", "s3", "Region", "role_arn", "k", "É"]
)
VALUES = st.sampled_from(
    [
        "eu-west-1",
        "json",
        "corp",
        "",
        "x # c",
        "x#c",
        "a = b",
        "[profile x]",
        "é",
        "a\u2028b",
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
        "",
        "",
        "",
        " ",
        "# comment",
        "; comment",
        "  # indented",
        "continued",
        "a = b",
        "\ufeff",
        "\x00",
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


FILES = st.one_of(typical_files(), typical_files(), ODD_FILES)
EDIT_NAMES = st.sampled_from(["dev", "prod", "default", "new", "my dev", "x", "a.b"])
EDIT_VALUES = st.dictionaries(
    st.sampled_from(["region", "output", "s3", "sso_session", "k"]),
    st.sampled_from(["us-east-1", "corp", "https://d-1.awsapps.com/start/#/", "x#y", None]),
    min_size=1,
    max_size=3,
)
