"""Credentials in every format: readers get the same values, and no value runs as code."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click import Choice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rolecall.cli.credentials.export import export as export_command
from rolecall.cli.runs.serve import serve as serve_command
from rolecall.domain.credentials.credential_formats import (
    DEFAULT,
    FORMATS,
    OVERRIDES_KEYS,
    PARTS,
    CannotExpress,
    Export,
    Format,
)
from rolecall.domain.model import Credentials, Secret
from rolecall.domain.records import fields
from rolecall.domain.shells import Shell
from rolecall.files.aws_config.ini import Document
from rolecall.presentation.commands import BY_ID
from rolecall.presentation.texts.credential_strings import format_help, format_name
from tests.support.for_each import for_each
from tests.support.shells import RUN, environment_after

END = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DEFAULTS = Export(
    Credentials("ASIA1", Secret("a+b/c"), Secret("IQoJ//=="), END, "038410265977"),
    "eu-west-1",
    "audit-admin-keys",
)
SHELLS = {
    "bash": (Shell.BASH, ("bash", "--norc", "--noprofile")),
    "dash": (Shell.BASH, ("dash",)),
    "zsh": (Shell.ZSH, ("zsh", "-f")),
    "fish": (Shell.FISH, RUN[Shell.FISH]),
    "tcsh": (Shell.TCSH, RUN[Shell.TCSH]),
    "nu": (Shell.NU, RUN[Shell.NU]),
}
shells = pytest.mark.parametrize("shell", SHELLS)
special = st.sampled_from("'\"\\`$!;&|<>(){}[]*?~#%^=-\n\r\t ‘’\x1b\x7fa")
texts = st.text(
    st.one_of(special, st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    min_size=1,
    max_size=30,
)
exports = st.builds(
    lambda key, secret, token, region: Export(
        Credentials(key, Secret(secret), Secret(token), END), region, "keys"
    ),
    *(texts, texts, texts, texts),
)


def read_by(shell: str, export: Export, folder: Path) -> dict[str, str]:
    language, command = SHELLS[shell]
    form = FORMATS[language.record.format]
    before = dict.fromkeys((*OVERRIDES_KEYS, "AWS_SESSION_TOKEN"), "old")
    statements = form.write(export).split("\n")
    return environment_after(
        language, statements, folder, prefix="AWS_", command=command, environment=before
    )


def wanted(export: Export) -> dict[str, str]:
    return {name: value for name, value in export.variables().items() if value is not None}


@shells
def test_a_shell_sets_the_variables_and_unsets_those_that_override_them(
    shell: str, tmp_path: Path
) -> None:
    assert read_by(shell, DEFAULTS, tmp_path) == wanted(DEFAULTS)
    long_lived = Export(Credentials("AKIA1", Secret("s")), None, "x")
    assert read_by(shell, long_lived, tmp_path) == {
        "AWS_ACCESS_KEY_ID": "AKIA1",
        "AWS_SECRET_ACCESS_KEY": "s",
    }


@shells
@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(export=exports)
def test_no_value_makes_a_shell_run_code(shell: str, export: Export, tmp_path: Path) -> None:
    try:
        found = read_by(shell, export, tmp_path)
    except CannotExpress:
        assert shell == "tcsh"
        return
    assert found == wanted(export)
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"show.py", f"script.{SHELLS[shell][0].value}", ".config", ".local", ".cache"}


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
@given(export=exports)
def test_a_format_expresses_everything_or_raises(form: Format, export: Export) -> None:
    try:
        text = form.write(export)
    except CannotExpress:
        assert form.name in {"tcsh", "cmd", "dotenv", "ini"}
        return
    assert text.endswith("\n")
    expected = {"cmd": 10, "dotenv": 6, "ini": 6}
    if form.name in expected:
        assert text.count("\n") == expected[form.name]
        assert "\r" not in text


@given(export=exports)
def test_a_section_round_trips(export: Export) -> None:
    try:
        text = FORMATS["ini"].write(export)
    except CannotExpress:
        return
    (section,) = Document.parse(text.encode(), Path("credentials")).sections
    assert section.header == "keys"
    assert section.values["aws_secret_access_key"] == export.credentials.secret_access_key.reveal()
    assert len(section.values) == 5


def test_every_format_writes_typical_credentials() -> None:
    assert FORMATS["dotenv"].write(DEFAULTS) == (
        "AWS_ACCESS_KEY_ID=ASIA1\nAWS_SECRET_ACCESS_KEY=a+b/c\nAWS_SESSION_TOKEN=IQoJ//==\n"
        "AWS_CREDENTIAL_EXPIRATION=2026-11-24T12:00:00Z\nAWS_ACCOUNT_ID=038410265977\n"
        "AWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=eu-west-1\n"
    )
    assert FORMATS["ini"].write(DEFAULTS) == (
        "[audit-admin-keys]\naws_access_key_id = ASIA1\naws_secret_access_key = a+b/c\n"
        "aws_session_token = IQoJ//==\nx_security_token_expires = 2026-11-24T12:00:00Z\n"
        "region = eu-west-1\n"
    )
    assert json.loads(FORMATS["json"].write(DEFAULTS)) == {
        "Version": 1,
        "AccessKeyId": "ASIA1",
        "SecretAccessKey": "a+b/c",
        "SessionToken": "IQoJ//==",
        "Expiration": "2026-11-24T12:00:00Z",
        "AccountId": "038410265977",
    }
    assert FORMATS["cmd"].write(DEFAULTS).startswith('set "AWS_ACCESS_KEY_ID=ASIA1"\n')
    assert FORMATS["cmd"].write(DEFAULTS).endswith('set "AWS_SECURITY_TOKEN="\n')


@for_each("character", '"%!^\n\r')
def test_cmd_expresses_nothing_that_it_would_expand(character: str) -> None:
    statements = FORMATS["cmd"].statements
    assert statements is not None
    with pytest.raises(CannotExpress):
        statements({"V_A": f"a{character}b"})


def test_every_shell_has_a_format_and_the_default_is_that_of_the_first() -> None:
    formats = [shell.record.format for shell in Shell]
    assert [*dict.fromkeys(formats)] == [*FORMATS][: len(set(formats))]
    assert formats[0] == DEFAULT


def test_a_format_cannot_lack_anything() -> None:
    for form in (*FORMATS.values(), *PARTS):
        whole = {each.name: getattr(form, each.name) for each in fields(form)}
        for name in whole:
            with pytest.raises(TypeError):
                Format(**{key: value for key, value in whole.items() if key != name})


def test_the_commands_and_the_menu_offer_the_same_formats() -> None:
    offered = {
        name: next(each.type.choices for each in command.params if isinstance(each.type, Choice))
        for name, command in (("export", export_command), ("serve", serve_command))
    }
    assert [*offered["export"]] == [*FORMATS]
    assert [*offered["serve"]] == [each.name for each in FORMATS.values() if each.statements]
    assert not {f"copy_{name}" for name in FORMATS} & BY_ID.keys()
    names = [format_name(each) for each in (*FORMATS.values(), *PARTS)]
    assert len({*names}) == len(names)
    assert all(format_help(each) for each in (*FORMATS.values(), *PARTS))
