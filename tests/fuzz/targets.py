"""What is searched: inputs, and the rule that each of them must follow.

An input is a tuple of literals, so that a find can be written to a file.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botocore.utils import JSONFileCache, SSOTokenLoader
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.strategies import SearchStrategy

from rolecall.domain.config.file_change import Edit
from rolecall.domain.errors import TemplateInvalid
from rolecall.domain.errors.file_errors import EditRefused, FileMalformed
from rolecall.domain.model import Account, Assignment, PermissionSet, SsoSession
from rolecall.domain.naming import names as naming
from rolecall.domain.naming.template import NameFacts, Template, complete
from rolecall.domain.search.folding import SearchIndex
from rolecall.domain.search.query import Query
from rolecall.domain.shells import Shell
from rolecall.files.aws_config import javascript_ini
from rolecall.files.aws_config.config_edits import (
    CopyProfile,
    DeleteProfile,
    RenameProfiles,
    SetProfile,
    SetSsoSession,
)
from rolecall.files.aws_config.editor import _plan as plan
from rolecall.files.aws_config.ini import Document
from rolecall.files.aws_config.ini_sections import SectionKind
from rolecall.files.caches.sso_cache import _TOKEN_FIELDS, SsoCache
from rolecall.files.caches.token_file import token_expiry
from rolecall.files.own.settings import SettingsFile
from rolecall.files.paths import known_paths
from tests.domain.search import test_query as test_search
from tests.domain.shells import test_shells
from tests.files import clients
from tests.files.aws_config import test_ini_properties, test_ini_sections
from tests.fuzz import inputs
from tests.support.shells import RUN

URL = "https://d-1.awsapps.com/start"
SESSION = SsoSession("corp", URL, "eu-west-1")


@dataclass(frozen=True)
class Target:
    """`check` raises if an input breaks the rule."""

    name: str
    inputs: SearchStrategy[tuple[Any, ...]]
    check: Callable[..., None]


def rule(test: Any) -> Callable[..., None]:
    """Return the function of a property test, to be called with one input."""
    inner: Callable[..., None] = test.hypothesis.inner_test

    def check(*given_input: Any) -> None:
        with suppress(UnsatisfiedAssumption):  # the test says nothing about such an input
            inner(*given_input)

    return check


def read_config(data: bytes) -> None:
    rule(test_ini_properties.test_a_file_round_trips_or_is_refused_as_by_botocore)(data)
    rule(test_ini_properties.test_a_readable_file_always_has_findings_with_valid_lines)(data)
    rule(test_ini_properties.test_a_section_that_javascript_reads_differently_has_a_finding)(data)
    rule(test_ini_sections.test_a_prompt_reads_what_botocore_reads)(data)
    rule(test_ini_sections.test_the_tree_for_edits_has_the_same_sections_in_the_same_lines)(data)


def edit_of(edit: tuple[Any, ...]) -> Edit:
    match edit:
        case ("set", name, values):
            return SetProfile(name, values)
        case ("session", name, values):
            return SetSsoSession(name, values)
        case ("copy", old, new, values):
            return CopyProfile(old, new, values)
        case ("delete", name):
            return DeleteProfile(name)
        case ("rename", old, new):
            return RenameProfiles({old: new})
    raise ValueError(edit)


def edit_config(data: bytes, edit: tuple[Any, ...]) -> None:
    tests: Mapping[str, Any] = {
        "set": test_ini_properties.test_set_profile_changes_its_keys_and_nothing_else,
        "session": test_ini_properties.test_set_sso_session_changes_only_its_session,
        "copy": test_ini_properties.test_a_copy_has_the_same_values_and_changes_nothing_else,
        "delete": test_ini_properties.test_delete_profile_deletes_nothing_else,
        "rename": test_ini_properties.test_rename_profile_renames_nothing_else,
    }
    kind, *arguments = edit
    if kind in {"copy", "delete", "rename"}:
        name, *others = arguments
        rule(tests[kind])((data, name), *others)
    else:
        rule(tests[kind])(data, *arguments)
    if kind not in {"copy", "rename"}:
        rule(test_ini_properties.test_javascript_reads_no_key_of_another_section_after_an_edit)(
            data, edit_of(edit)
        )
    if kind == "set" and " " not in arguments[0]:
        rule(test_ini_properties.test_adding_and_deleting_a_profile_restores_the_file)(
            data, *arguments
        )


@cache
def sdk(command: Callable[[], list[str]]) -> clients.Reader:
    return clients.Reader(command())


def javascript_reads(data: bytes) -> dict[str, dict[str, Any]]:
    reading = sdk(partial(clients.javascript, "read.js")).read(data)
    assert reading is not None
    return reading["profiles"]


def read_as_javascript(data: bytes) -> None:
    """The model of the SDK reads what the SDK reads."""
    text = data.decode("utf-8", "replace")
    sections = javascript_ini.parse(text)
    headers = {javascript_ini.header(line) for line in text.replace("\r\n", "\n").split("\n")}
    expected: dict[str, dict[str, str]] = {}
    if headers.isdisjoint(javascript_ini.REFUSED_NAMES):
        if "default" in sections:
            expected["default"] = sections["default"]
        for section, values in sections.items():
            prefix, dot, name = section.partition(javascript_ini.SEPARATOR)
            if dot and prefix in {"profile", "sso-session", "services"}:
                expected[name if prefix == "profile" else section] = values
    reading = javascript_reads(data)
    assert {name: values for name, values in reading.items() if values} == expected


def edit_for_javascript(data: bytes, name: str, values: dict[str, str | None]) -> None:
    """The SDK reads the values that were set, and none of the keys that were there and deleted.

    What only the SDK reads as a key of the profile may stay.
    """
    try:
        after = plan(Path("config"), data, [SetProfile(name, values)]).after
        sections = Document.parse(data, Path("config")).named(SectionKind.PROFILE, name)
    except (FileMalformed, EditRefused):
        return
    if naming.check(name) is not None:
        return  # the SDK does not read the name
    found = javascript_reads(after).get(name, {})
    was_there = {key for section in sections for key in section.entries}
    for key, value in values.items():
        assert found.get(key) == value or (value is None and key not in was_there)


def add_section(
    command: Callable[[], list[str]], data: bytes, edit: tuple[str, str, dict[str, str | None]]
) -> None:
    """Another SDK reads a new section as it was written, and all others as before."""
    _, name, values = edit
    is_session = edit[0] == "session"
    kind = SectionKind.SSO_SESSION if is_session else SectionKind.PROFILE
    names = "sso_sessions" if is_session else "profiles"
    if name in inputs.names_in(data, kind) or test_ini_properties.LONE_CR.search(data):
        return  # no new section, or lines that only Python's clients end there
    try:
        change = plan(Path("config"), data, [edit_of(edit)])
    except (FileMalformed, EditRefused):
        return
    before, after = (_filled(sdk(command).read(each)) for each in (data, change.after))
    if before is None or name in before[names]:
        return  # it cannot read the file, or reads another header as this section
    assert after is not None
    added = after[names].pop(name, {})
    assert added == {key: value for key, value in values.items() if value is not None}
    assert after == before


def _filled(reading: clients.Reading) -> clients.Reading:
    """Return a reading without the values that are a line ending."""
    return reading and {
        kind: {
            name: {key: value for key, value in values.items() if value != "\r"}
            for name, values in sections.items()
        }
        for kind, sections in reading.items()
    }


def read_token(data: bytes) -> None:
    """The fast reader, the full one and botocore agree; a write keeps what is unknown."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        paths = known_paths({"HOME": folder})
        cache = SsoCache(home / ".aws" / "sso" / "cache", Path(paths.state))
        path = cache.token_path(SESSION)
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        full = cache.token(SESSION)
        until = full and full.registration and full.refresh_token and full.registration.expires_at
        fast = token_expiry(paths, "corp", "")
        assert (full and full.expires_at) == (fast and fast.expires_at)
        assert (until or None) == (fast and fast.renewable_until)
        assert cache.tokens() == ([] if full is None else [(path.stem, full)])
        cache.registrations()
        cache.broken()
        if full is None:
            return
        before = json.loads(data)
        cache.save_token(SESSION, full)
        after = json.loads(path.read_bytes())
        assert before.keys() - after.keys() <= _TOKEN_FIELDS
        unknown = before.keys() - _TOKEN_FIELDS
        # As text: NaN is not equal to itself.
        assert all(json.dumps(after[key]) == json.dumps(before[key]) for key in unknown)
        loader = SSOTokenLoader(JSONFileCache(str(path.parent)))
        assert loader(URL, "corp")["accessToken"] == full.value.reveal()


def name_profiles(source: str, account: str, permission_set: str, cursor: int) -> None:
    of = Account("012345678901", account, "aws+x@example.com")
    facts = NameFacts(SESSION, Assignment(of, PermissionSet(permission_set or "x")), {})
    found = complete(source, min(cursor, len(source)))
    assert found is None or 0 < found.start <= cursor
    try:
        template = Template.parse(source)
    except TemplateInvalid as error:
        assert 0 <= error.column <= len(source)
        return
    name = template.name(facts)
    assert len(name) <= naming.MAX_LENGTH
    assert not name.endswith("-")


def find_rows(rows: list[list[str]], query: str, more: str) -> None:
    index = SearchIndex.of(rows)
    parsed = Query.parse(query)
    for text in (cell for row in rows for cell in row):
        for scattered in (False, True):
            spans = parsed.spans(text, scattered)
            ends = [place for span in spans for place in span]
            assert ends == sorted(ends)
            assert all(0 <= start < end <= len(text) for start, end in spans)
    previous = parsed.select(index)
    for typed in (query + more, f"{query} {more}", more):
        again = Query.parse(typed)
        assert again.select(index, previous) == again.select(index)
    assert set(parsed.best_matches_only(index).rows) <= set(previous.rows)
    if "arn:" not in query and "http" not in query and "AWSReserved" not in query:
        rule(test_search.test_rows_with_every_word_are_selected)((rows, query))
        rule(test_search.test_selected_rows_have_every_word)((rows, query))


def read_settings(text: str, changes: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        file = SettingsFile(path, Path(folder) / "state")
        read = file.read()
        lines = text.count("\n") + 1
        assert all(0 <= each.line <= max(lines, len(text.splitlines())) for each in read.bad)
        try:
            change = file.plan(changes)
        except FileMalformed as error:
            assert 1 <= error.line <= lines
            return
        text_after = change.after.decode("utf-8", "surrogateescape")
        before, after = tomllib.loads(text), tomllib.loads(text_after)
        wanted = {**before, **changes}
        expected = {key: value for key, value in wanted.items() if value is not None}
        assert sorted(map(repr, after.items())) == sorted(map(repr, expected.items()))  # nan != nan
        comments = [line for line in text.splitlines() if line.startswith("#")]
        assert set(comments) <= set(text_after.splitlines())


def quote_values(shell: Shell, values: list[str]) -> None:
    with TemporaryDirectory() as folder:
        test_shells.check(shell, values, Path(folder))


TARGETS = (
    Target("read-config", st.tuples(inputs.CONFIGS), read_config),
    Target("edit-config", inputs.EDITED_CONFIGS, edit_config),
    Target("javascript", st.tuples(inputs.CONFIGS), read_as_javascript),
    Target("edit-for-javascript", inputs.SET_CONFIGS, edit_for_javascript),
    Target("add-for-ruby", inputs.SECTION_CONFIGS, partial(add_section, clients.ruby)),
    Target("add-for-go", inputs.SECTION_CONFIGS, partial(add_section, clients.go)),
    Target("token-cache", st.tuples(inputs.TOKENS), read_token),
    Target(
        "templates",
        st.tuples(inputs.TEMPLATES, st.text(), inputs.LETTERS, st.integers(0, 40)),
        name_profiles,
    ),
    Target("queries", st.tuples(inputs.ROWS, inputs.QUERIES, inputs.QUERIES), find_rows),
    Target("settings", st.tuples(inputs.SETTINGS, inputs.CHANGES), read_settings),
    *(
        Target(f"shell-{shell.value}", st.tuples(inputs.SHELL_VALUES), partial(quote_values, shell))
        for shell in RUN
    ),
)
