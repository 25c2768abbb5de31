"""Property tests: any file round-trips or is refused, and rolecall reads what botocore reads."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from botocore.configloader import load_config
from botocore.exceptions import ConfigParseError
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption as Rejected

from rolecall.domain.config.file_change import Edit
from rolecall.domain.config.findings import FindingKind
from rolecall.domain.errors.file_errors import EditRefused, FileMalformed
from rolecall.domain.text import safe
from rolecall.files.aws_config import javascript_ini
from rolecall.files.aws_config.config_edits import (
    CopyProfile,
    DeleteProfile,
    RenameProfiles,
    SetProfile,
    SetSsoSession,
)
from rolecall.files.aws_config.editor import _plan as plan
from rolecall.files.aws_config.findings import config_findings
from rolecall.files.aws_config.glued_headers import is_glued
from rolecall.files.aws_config.ini import Document
from rolecall.files.aws_config.ini_sections import SectionKind, nested_values, split_lines
from rolecall.services.config.profile_findings import all_findings
from tests.files.strategies import BYTES, EDIT_NAMES, EDIT_VALUES, FILES
from tests.support.config_files import merged
from tests.support.for_each import for_each

PATH = Path("config")
EXAMPLES = 250
LONE_CR = re.compile(rb"\r(?!\n)")


def botocore_reads(data: bytes) -> dict[str, object] | None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        path.write_bytes(data)
        try:
            found: dict[str, object] = load_config(str(path))
        except ConfigParseError:
            return None
    return found


def as_nested(values: dict[str, str]) -> dict[str, object]:
    return {
        key: nested_values(value) if value.startswith("\n") else value
        for key, value in values.items()
    }


def we_read(document: Document) -> dict[str, object]:
    def named(kind: SectionKind) -> dict[str, object]:
        sections = [section for section in document.sections if section.kind is kind]
        return {s.name: as_nested(document.defaults | s.values) for s in sections}

    return {
        "profiles": named(SectionKind.PROFILE),
        "sso_sessions": named(SectionKind.SSO_SESSION),
        "services": named(SectionKind.SERVICES),
    }


@settings(max_examples=EXAMPLES)
@given(BYTES)
@example(b"[profile a]\nregion = x\n  [profile b]\n")
@example(b"[profile a]\ns3 =\n\n  # c\n  a = b\n\n\n  c = d\n\n# e\n")
@example(b"[DEFAULT]\nk = \n  v\n")
@example(b"\xef\xbb\xbf[profile a]\n")
@example(b"[profile a]\n# \xe9\n")
def test_a_file_round_trips_or_is_refused_as_by_botocore(data: bytes) -> None:
    theirs = botocore_reads(data)
    try:
        document = Document.parse(data, PATH)
    except FileMalformed as error:
        assert theirs is None, error
        assert error.line >= 1
        assert error.text == safe(error.text)
        return
    assert document.to_bytes() == data
    assert theirs is not None
    assert we_read(document) == {key: theirs[key] for key in we_read(document)}


def profiles_in(data: bytes) -> list[str]:
    """The profiles of a file; none if it is refused."""
    try:
        document = Document.parse(data, PATH)
    except FileMalformed:
        return []
    return [each.name for each in document.sections if each.kind is SectionKind.PROFILE]


# A file, and one of its profiles if it has any.
FILES_AND_PROFILES = FILES.flatmap(
    lambda data: st.tuples(st.just(data), st.sampled_from(profiles_in(data) or ["dev"]))
)


def check_edit(data: bytes, edit: Edit) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what botocore reads before and after. Refused files and edits do not count."""
    try:
        change = plan(PATH, data, [edit])
    except (FileMalformed, EditRefused):
        raise Rejected from None
    before, after = botocore_reads(data), botocore_reads(change.after)
    assert before is not None
    assert after is not None
    assert plan(PATH, change.after, []).is_empty
    return before, after


@settings(max_examples=EXAMPLES)
@given(FILES, EDIT_NAMES, EDIT_VALUES)
def test_set_profile_changes_its_keys_and_nothing_else(
    data: bytes, name: str, values: dict[str, str | None]
) -> None:
    edit = SetProfile(name, values)
    before, after = check_edit(data, edit)
    wanted = before["profiles"].get(name, {}) | values
    defaults = as_nested(Document.parse(data, PATH).defaults)
    expected = {key: value for key, value in wanted.items() if value is not None}
    assert after["profiles"][name] == defaults | expected
    for each in (before, after):
        each["profiles"].pop(name, None)
    assert before == after
    change = plan(PATH, data, [edit])
    assert plan(PATH, change.after, [edit]).is_empty
    check_lines(data, change.after, name, set(values))


def check_lines(data: bytes, after: bytes, name: str, keys: set[str]) -> None:
    """Check that each removed line is of the keys, the header, or not seen by some SDK."""
    document = Document.parse(data, PATH)
    old, new = Counter(document.lines()), Counter(Document.parse(after, PATH).lines())
    ours = {
        line
        for section in document.named(SectionKind.PROFILE, name)
        for entry in section.entries.values()
        if entry.key in keys
        for line in entry.lines
    } | {section.head for section in document.named(SectionKind.PROFILE, name)}
    ours |= {each.head for each in document.sections if is_glued(each.head)}
    last = list(document.lines())[-1:]
    assert set(old - new) <= ours | set(last)


@settings(max_examples=EXAMPLES // 2)
@given(FILES, EDIT_NAMES, EDIT_VALUES)
def test_set_sso_session_changes_only_its_session(
    data: bytes, name: str, values: dict[str, str | None]
) -> None:
    before, after = check_edit(data, SetSsoSession(name, values))
    for key, value in values.items():
        assert after["sso_sessions"][name].get(key) == value
    assert before["profiles"] == after["profiles"]


@pytest.mark.thorough
@settings(max_examples=EXAMPLES // 2)
@given(FILES_AND_PROFILES)
def test_delete_profile_deletes_nothing_else(file: tuple[bytes, str]) -> None:
    data, name = file
    before, after = check_edit(data, DeleteProfile(name))
    before["profiles"].pop(name)
    assert before == after


@pytest.mark.thorough
@settings(max_examples=EXAMPLES // 2)
@given(FILES_AND_PROFILES, EDIT_NAMES)
def test_rename_profile_renames_nothing_else(file: tuple[bytes, str], new: str) -> None:
    data, old = file
    before, after = check_edit(data, RenameProfiles({old: new}))
    before["profiles"][new] = before["profiles"].pop(old)
    assert before == after


@pytest.mark.thorough
@settings(max_examples=EXAMPLES // 2)
@given(FILES_AND_PROFILES, EDIT_NAMES, EDIT_VALUES)
def test_a_copy_has_the_same_values_and_changes_nothing_else(
    file: tuple[bytes, str], new: str, values: dict[str, str | None]
) -> None:
    data, old = file
    before, after = check_edit(data, CopyProfile(old, new, values))
    defaults = as_nested(Document.parse(data, PATH).defaults)
    wanted = before["profiles"][old] | values
    expected = {key: value for key, value in wanted.items() if value is not None}
    assert after["profiles"].pop(new) == defaults | expected
    assert before == after


EDITS = st.one_of(
    st.builds(SetProfile, EDIT_NAMES, EDIT_VALUES),
    st.builds(SetSsoSession, EDIT_NAMES, EDIT_VALUES),
    st.builds(DeleteProfile, EDIT_NAMES),
)
GLUED = b"[profile x]\nregion = a\n[profile prod]# c\nregion = b\noutput = c\n"


@pytest.mark.thorough
@settings(max_examples=EXAMPLES)
@given(FILES, EDITS)
@example(GLUED, SetProfile("new", {"region": "us-east-1"}))
@example(GLUED, SetProfile("x", {"region": "us-east-1"}))
@example(GLUED, DeleteProfile("x"))
@example(b"[profile dev]\n[profile.dev]", SetProfile("dev", {"region": "us-east-1"}))
@example(
    b"[profile  x]\nregion = eu-west-1\n  [profile default]",
    SetProfile("x", {"output": "us-east-1"}),
)
def test_javascript_reads_no_key_of_another_section_after_an_edit(data: bytes, edit: Edit) -> None:
    try:
        change = plan(PATH, data, [edit])
    except (FileMalformed, EditRefused):
        raise Rejected from None
    before, after = (javascript_ini.parse(each.decode()) for each in (data, change.after))
    document = Document.parse(change.after, PATH)
    written: dict[str | None, dict[str, str]] = {}  # JavaScript merges sections of one identity
    for each in document.sections:
        written.setdefault(javascript_ini.line_id(each.head), {}).update(each.values)
    # An edit writes the header `[profile.a b]` as `[profile b]`, as which botocore reads it.
    heads = {(each.kind, each.name): each.head for each in Document.parse(data, PATH).sections}
    old = {
        javascript_ini.line_id(each.head): javascript_ini.line_id(heads[each.kind, each.name])
        for each in document.sections
        if (each.kind, each.name) in heads
    }
    for section, values in after.items():
        was = before.get(section) or before.get(old.get(section) or "", {})
        for key, value in values.items():
            if "\r" in key:  # one line for JavaScript alone, whose keys no program asks for
                continue
            parent = key.partition(javascript_ini.SEPARATOR)[0].lower()
            is_nested = written.get(section, {}).get(parent, "-")[:1] in {"", "\n"}
            if not is_nested and was.get(key) != value:
                # JavaScript reads only the first line of a value, also if a header follows it.
                assert written[section][key.lower()].partition("\n")[0] == value


@pytest.mark.thorough
@settings(max_examples=EXAMPLES // 4)
@given(FILES, EDIT_NAMES.filter(lambda name: " " not in name), EDIT_VALUES)
@example(b"[profile a]\nregion = x\n\n  \n", "dev", {"region": "us-east-1"})
@example(b"[profile a]\n\n[profile b]\nregion = x\n  ", "dev", {"region": "us-east-1"})
@example(b"# mine\n\n", "dev", {"region": "us-east-1"})
@example(b"[profile a]\n\n# old\n", "dev", {"region": "us-east-1"})
def test_adding_and_deleting_a_profile_restores_the_file(
    data: bytes, name: str, values: dict[str, str | None]
) -> None:
    try:
        document = Document.parse(data, PATH)
        if document.named(SectionKind.PROFILE, name):
            raise Rejected  # and not `assume`, which `make fuzz` cannot call
        added = plan(PATH, data, [SetProfile(name, values)])
        deleted = plan(PATH, added.after, [DeleteProfile(name)])
    except (FileMalformed, EditRefused):
        raise Rejected from None
    # A last line without an ending gets one. An LF below a lone CR would only complete it.
    assert deleted.after in {data, data + b"\n", data + b"\r\n"} or LONE_CR.search(data)


@settings(max_examples=EXAMPLES // 4)
@given(FILES)
def test_a_readable_file_always_has_findings_with_valid_lines(data: bytes) -> None:
    """Of the file as ~/.aws/config, and the same profiles in ~/.aws/credentials."""
    stored = b"# c\n" + data.replace(b"[profile ", b"[")
    with TemporaryDirectory() as folder:
        try:
            files = merged(Path(folder), data, stored)
        except FileMalformed:
            raise Rejected from None
    texts = {"config": data, "credentials": stored}
    lines = {name: len(split_lines(text.decode())) for name, text in texts.items()}
    for finding in all_findings(files):
        assert 1 <= finding.line <= lines[finding.path.name]


# Findings about more than the section that they are in.
OF_THE_FILE = {
    FindingKind.CARRIAGE_RETURNS,
    FindingKind.TWO_DEFAULTS,
    FindingKind.REPEATED,
    FindingKind.JAVASCRIPT_REFUSES,
    FindingKind.DEFAULTS_FOR_ALL,
    FindingKind.HEADER_IN_VALUE,
    FindingKind.ONLY_JAVASCRIPT,
}


def flat(values: dict[str, str]) -> dict[str, str]:
    """The values with the names that JavaScript gives to nested ones, without empty ones."""
    found: dict[str, str] = {}
    for key, value in values.items():
        nested = nested_values(value) if value.startswith("\n") else {}
        found |= {f"{key}{javascript_ini.SEPARATOR}{inner}": nested[inner] for inner in nested}
        found |= {} if nested else {key: value}
    return {key: value for key, value in found.items() if value}


@settings(max_examples=EXAMPLES // 4)
@given(FILES)
@example(b"[profile a]\nregion # c = x\n")
@example(b"[profile a]\nold ; region = x\n")
@example(b"[profile a]\nregion\xef\xbb\xbf = x\n")
@example(b"[profile a]\noutput = json\n[plugins];c\nregion = x\n")
@example(b"[profile a]\noutput = json\n[p.prod];c\nx = y\n")
@example(b"[profile a]\nregion = x\xc2\x85\n")
def test_a_section_that_javascript_reads_differently_has_a_finding(data: bytes) -> None:
    try:
        document = Document.parse(data, PATH)
    except FileMalformed:
        raise Rejected from None
    findings = config_findings(document)
    if any(finding.kind in OF_THE_FILE for finding in findings):
        return
    theirs = javascript_ini.parse(data.decode())
    lines = {finding.line for finding in findings}
    ends = [*(section.line for section in document.sections[1:]), sys.maxsize]
    for section, end in zip(document.sections, ends, strict=False):
        if section.kind is not SectionKind.OTHER:
            header = javascript_ini.line_id(section.head) or ""
            # Up to the next header, which JavaScript may not see.
            is_named = any(section.line <= line <= end for line in lines)
            assert is_named or flat(section.values) == theirs.get(header, {})


@for_each(
    "value", ["a\nb", "a\rb", "\x00", "a\u2028b", " a", "a ", "", "a # b", "# a", "a ;b", "a\x85b"]
)
def test_values_that_would_be_read_differently_are_refused(value: str) -> None:
    with pytest.raises(EditRefused) as caught:
        plan(PATH, b"", [SetProfile("dev", {"region": value})])
    assert caught.value.subject == "region"
