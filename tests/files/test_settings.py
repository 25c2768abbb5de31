"""settings.toml: valid entries apply, bad ones are reported with their line, comments stay."""

import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.file_errors import EditRefused, FileMalformed, FileUnreadable
from rolecall.domain.settings import THEMES, BadSetting, SettingProblem, Settings, SignInMethod
from rolecall.files.edit_rules import EditRule
from rolecall.files.fast.settings import setting
from rolecall.files.settings import SettingsFile, SettingsRead, _parse, shared_settings
from rolecall.presentation.errors import explain

ALL = """\
# mine
template = "{account}-{short}"  # short
region = "eu-west-1"
output = "table"
production = "live"
theme = "light"
bell = true
mouse = true
sign_in = "pkce"
refresh_hours = 4.5

[shorten]
DeployPermissionSet = "deploy"

[regions]
"*-us" = "us-east-1"

[keys]
save = ["s", "f2"]
quit = "q"
undo = []
"""


def file_of(folder: Path, text: str | None = None) -> SettingsFile:
    path = folder / "rolecall" / "settings.toml"
    if text is not None:
        path.parent.mkdir()
        path.write_text(text)
    return SettingsFile(path, folder / "state")


def test_every_setting_is_read(tmp_path: Path) -> None:
    read = file_of(tmp_path, ALL).read()
    assert read.bad == ()
    assert read.settings == Settings(
        template="{account}-{short}",
        region="eu-west-1",
        output="table",
        regions={"*-us": "us-east-1"},
        shorten={"DeployPermissionSet": "deploy"},
        production="live",
        theme="light",
        bell=True,
        mouse=True,
        sign_in=SignInMethod.PKCE,
        refresh_hours=4.5,
        keys={"save": ("s", "f2"), "quit": ("q",), "undo": ()},
    )
    assert read.lines["keys.save"] == 19


def test_without_a_file_all_settings_are_defaults(tmp_path: Path) -> None:
    assert file_of(tmp_path).read() == SettingsRead()


def test_a_bad_entry_is_reported_and_the_others_apply(tmp_path: Path) -> None:
    text = 'thema = "dark"\nbell = "yes"\nregion = "Ireland"\ntheme = "pink"\nmouse = true\n'
    text += 'production = "("\nrefresh_hours = -1\nshorten = 3\n'
    text += 'template = "{x}"\n[keys]\nsave = 7\nquit = "x"\n'
    read = file_of(tmp_path, text).read()
    assert [(each.line, each.name, each.problem) for each in read.bad] == [
        (1, "thema", SettingProblem.UNKNOWN),
        (2, "bell", SettingProblem.NOT_YES_OR_NO),
        (3, "region", SettingProblem.REGION),
        (4, "theme", SettingProblem.CHOICE),
        (6, "production", SettingProblem.PATTERN),
        (7, "refresh_hours", SettingProblem.NOT_HOURS),
        (8, "shorten", SettingProblem.NOT_A_TABLE),
        (9, "template", SettingProblem.TEMPLATE),
        (11, "keys.save", SettingProblem.NOT_KEYS),
    ]
    assert read.bad[3].detail == ", ".join(THEMES)
    assert read.settings == Settings(mouse=True, keys={"quit": ("x",)})


@pytest.mark.parametrize(
    ("text", "line"), [("bell = true\nmouse = \n", 2), ("[x\n", 1), ('a = "\n\nb', 1), ("a = '", 1)]
)
def test_invalid_toml_is_reported_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    read = file_of(tmp_path, text).read()
    assert read.settings == Settings()
    assert [(each.problem, each.line) for each in read.bad] == [(SettingProblem.NOT_TOML, line)]


@given(st.text())
def test_any_text_is_read_without_a_crash(text: str) -> None:
    assert all(isinstance(each, BadSetting) for each in _parse(text).bad)


def test_a_folder_at_the_path_of_the_file_is_unreadable(tmp_path: Path) -> None:
    file = file_of(tmp_path)
    file.path.mkdir(parents=True)
    with pytest.raises(FileUnreadable):
        file.read()


@pytest.mark.parametrize(
    ("values", "before", "after"),
    [
        ({"theme": "dark"}, "light", "dark"),
        ({"bell": False}, "bell = true", "bell = false"),
        ({"template": None}, 'template = "{account}-{short}"  # short\n', ""),
    ],
)
def test_a_write_keeps_everything_else(
    tmp_path: Path, values: dict[str, Any], before: str, after: str
) -> None:
    file = file_of(tmp_path, ALL)
    file.save(values)
    assert file.path.read_text() == ALL.replace(before, after)


def test_a_new_key_is_written_above_the_tables(tmp_path: Path) -> None:
    file = file_of(tmp_path, "# mine\n[keys]\nquit = 'x'\n")
    file.save({"bell": True})
    assert file.read().settings == Settings(bell=True, keys={"quit": ("x",)})
    assert file.path.read_text().startswith("# mine\n")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_new_key_of_a_table_is_written_above_the_comment_of_the_next(
    tmp_path: Path, ends: str
) -> None:
    text = '[actions]\necs = true # x\n\n# my keys\n[keys]\nquit = "x"\n'
    file = file_of(tmp_path)
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(text.replace("\n", ends).encode())
    file.save({"actions.eks": True})
    text = text.replace("# x\n", "# x\neks = true\n")
    assert file.path.read_bytes() == text.replace("\n", ends).encode()


def test_the_first_write_creates_a_private_file(tmp_path: Path) -> None:
    file = file_of(tmp_path)
    file.save({"theme": "light"})
    assert file.path.read_text() == 'theme = "light"\n'
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_a_change_that_would_be_written_wrong_is_refused(tmp_path: Path) -> None:
    """tomlkit 0.15 writes the tables of this file so that they mean something else."""
    text = "[[a.b]]\nsave = 1\n[a]\n[a.b.c]\n[[a.b]]\n"
    file = file_of(tmp_path, text)
    before = tomllib.loads(text)
    with suppress(EditRefused):
        file.save({"theme": "dark"})
    assert tomllib.loads(file.path.read_text()) in (before, before | {"theme": "dark"})


def test_invalid_toml_is_not_overwritten(tmp_path: Path) -> None:
    file = file_of(tmp_path, "[x\n")
    with pytest.raises(FileMalformed):
        file.save({"bell": True})
    assert file.path.read_text() == "[x\n"


def test_bytes_that_are_not_utf_8_are_not_overwritten(tmp_path: Path) -> None:
    """A comment that an editor saved as Latin-1 would be lost."""
    file = file_of(tmp_path, "")
    before = b"bell = true\n# caf\xe9\n"
    file.path.write_bytes(before)
    assert file.read().settings.bell
    with pytest.raises(FileMalformed) as caught:
        file.save({"theme": "dark"})
    assert caught.value.line == 2
    assert "neither the AWS CLI" not in explain(caught.value)
    assert "not text in UTF-8" in explain(caught.value)
    assert file.path.read_bytes() == before


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("text", [f"x = {'[' * 5000}", f"jobs = {'9' * 5000}\n"])
def test_what_the_parser_gives_up_on_is_reported_and_kept(tmp_path: Path, text: str) -> None:
    file = file_of(tmp_path, text)
    assert [each.problem for each in file.read().bad] == [SettingProblem.NOT_TOML]
    assert setting(str(file.path), "jobs") is None
    with pytest.raises(FileMalformed):
        file.save({"theme": "dark"})
    assert file.path.read_text() == text


ACTIONS = """\
[actions]
eks = true
ecr = "yes"
[actions.logs]
key = "L"
name = "Logs"
command = "aws logs '{account}'"
[actions.wrong]
key = "W"
name = 3
command = "x {nothing}"
in = "space"
[actions.empty]
"""


@pytest.mark.parametrize(
    "text",
    [
        """notify_command = ["curl", "-H", "Authorization: Bearer hunter2"]""",
        """notify_command = "curl -H 'Authorization: Bearer hunter2\"""",
        """[actions.x]\nkey = "K"\nname = "x"\ncommand = "curl -H 'Authorization: hunter2\"""",
        """notify_command = "curl -H "Authorization: hunter2\"""",
    ],
)
def test_a_secret_in_a_bad_command_is_not_shown(tmp_path: Path, text: str) -> None:
    file = SettingsFile(tmp_path / "settings.toml", tmp_path)
    file.path.write_text(text)
    (bad,) = file.read().bad
    assert "hunter2" not in bad.detail
    try:
        file.plan({"theme": "nord"})
    except FileMalformed as error:
        assert error.text.startswith("notify_command = ")
        assert "hunter2" not in error.text


def test_bad_actions_are_reported_with_their_key_and_line(tmp_path: Path) -> None:
    read = file_of(tmp_path, ACTIONS).read()
    assert [(each.line, each.name, each.problem) for each in read.bad] == [
        (3, "actions.ecr", SettingProblem.NOT_AN_ACTION),
        (10, "actions.wrong.name", SettingProblem.NOT_TEXT),
        (12, "actions.wrong.in", SettingProblem.CHOICE),
        (13, "actions.empty.key", SettingProblem.MISSING),
        (13, "actions.empty.name", SettingProblem.MISSING),
        (13, "actions.empty.command", SettingProblem.MISSING),
    ]
    assert list(read.settings.actions) == ["eks", "logs"]
    assert read.settings.actions["logs"].command == ("aws", "logs", "{account}")


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        (None, True, "[actions]\neks = true\n"),
        ("bell = true  # mine\n", True, "bell = true  # mine\n\n[actions]\neks = true\n"),
        (
            '[actions.logs]\nkey = "L"  # mine\n',
            True,
            '[actions]\neks = true\n\n[actions.logs]\nkey = "L"  # mine\n',
        ),
        ("[actions]\neks = true\necr = true\n", None, "[actions]\necr = true\n"),
        ("actions.eks = true\n", None, ""),
        ("bell = true\n", None, "bell = true\n"),
    ],
)
def test_an_entry_of_a_table_is_set_and_deleted(
    tmp_path: Path, before: str | None, value: bool | None, after: str
) -> None:
    file = file_of(tmp_path, before)
    if before is None:
        file.path.parent.mkdir()
    file.save({"actions.eks": value})
    assert file.path.read_text() == after


@pytest.mark.parametrize("value", ["n", None])
@pytest.mark.parametrize("text", ["actions = 3\n", "[[actions]]\n", 'actions = "ab"\n'])
def test_an_entry_of_what_is_no_table_is_refused(
    tmp_path: Path, text: str, value: str | None
) -> None:
    file = file_of(tmp_path, text)
    with pytest.raises(EditRefused) as caught:
        file.plan({"actions.eks": value})
    assert (caught.value.problem, caught.value.subject) == (EditRule.UNSAFE.value, "actions.eks")
    assert not file.plan({"bell": True}).is_empty


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ('production = "live"\nregions = {"*-us" = "us-east-1"}\ntheme = "dark"\n',
         {"production": "live", "regions": {"*-us": "us-east-1"}}),
        ('production = "("\ntemplate = 7\nshorten = "x"\n', {}),
        ('regions = {"*-us" = "Ireland"}\nshorten = {Deployer = "dep"}\n',
         {"shorten": {"Deployer": "dep"}}),
        ("production = \n", {}),
    ],
)  # fmt: skip
def test_settings_of_a_team_that_are_wrong_are_left_out(
    tmp_path: Path, text: str, shared: dict[str, Any]
) -> None:
    path = tmp_path / "team.toml"
    assert shared_settings(path) == {}
    path.write_text(text)
    assert shared_settings(path) == shared
