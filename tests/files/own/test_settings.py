"""settings.toml: valid entries apply, bad ones are reported with their line, comments stay."""

import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rolecall.domain.errors.file_error_reason import FileErrorReason
from rolecall.domain.errors.file_errors import EditRefused, EditRule, FileMalformed
from rolecall.domain.production import ANY, PRODUCTION
from rolecall.domain.settings.settings import (
    SAFE,
    THEMES,
    BadSetting,
    SettingProblem,
    Settings,
    SignInMethod,
)
from rolecall.files.own.settings import SettingsFile, SettingsRead, read_settings

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
    assert read.line_of("keys.save") == 19
    assert read.line_of("keys.other") == 18
    assert read.line_of("other") == 0


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
    assert read.settings == SAFE
    assert [(each.problem, each.line) for each in read.bad] == [(SettingProblem.NOT_TOML, line)]


def test_a_folder_at_the_path_of_the_file_is_unreadable(tmp_path: Path) -> None:
    file = file_of(tmp_path)
    file.path.mkdir(parents=True)
    reason = FileErrorReason.NOT_A_FILE.value
    problem = BadSetting("", SettingProblem.UNREADABLE, reason)
    assert file.read() == SettingsRead(SAFE, (problem,))


def test_a_link_to_no_file_or_to_nothing_is_no_file(tmp_path: Path) -> None:
    file = file_of(tmp_path)
    file.path.parent.mkdir()
    for target in ("nowhere", "/dev/null"):
        file.path.symlink_to(target)
        assert file.read() == SettingsRead()
        file.path.unlink()


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


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_that_are_not_utf_8_are_kept(tmp_path: Path, mark: bytes) -> None:
    """Some editors save a comment as Latin-1, or begin a file with a mark of the byte order."""
    file = file_of(tmp_path, "")
    before = mark + b'bell = true\ntheme = "nord"\n# caf\xe9\nregion = "\xe9"\n'
    file.path.write_bytes(before)
    file.save({"theme": "dark"})
    assert file.path.read_bytes() == before.replace(b"nord", b"dark")
    read = file.read()
    assert read.settings == Settings(bell=True, theme="dark")
    assert read.bad == (BadSetting("region", SettingProblem.NOT_UTF_8, "\ufffd", 4),)


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("text", [f"x = {'[' * 5000}", f"jobs = {'9' * 5000}\n"])
def test_what_the_parser_gives_up_on_is_reported_and_kept(tmp_path: Path, text: str) -> None:
    file = file_of(tmp_path, text)
    assert [each.problem for each in file.read().bad] == [SettingProblem.NOT_TOML]
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
    ("text", "shared", "wrong"),
    [
        ('production = "live"\nregions = {"*-us" = "us-east-1"}\ntheme = "dark"\n',
         {"production": f"{PRODUCTION}|live", "regions": {"*-us": "us-east-1"}}, set()),
        ('production = "("\ntemplate = 7\nshorten = "x"\n', {},
         {"production", "template", "shorten"}),
        ('regions = {"*-us" = "Ireland"}\nshorten = {Deployer = "dep"}\n',
         {"shorten": {"Deployer": "dep"}}, {"regions.*-us"}),
    ],
)  # fmt: skip
def test_settings_of_a_team_that_are_wrong_are_left_out_and_reported(
    tmp_path: Path, text: str, shared: dict[str, Any], wrong: set[str]
) -> None:
    own, team = tmp_path / "settings.toml", tmp_path / "team.toml"
    assert read_settings(str(own), str(team)) == SettingsRead()
    team.write_text(text)
    read = read_settings(str(own), str(team))
    assert read.settings == Settings(**shared)
    assert all(each.path == str(team) and not each.hides_production for each in read.bad)
    assert {each.name for each in read.bad} == wrong


def test_a_file_of_a_team_that_cannot_be_used_makes_every_profile_production(
    tmp_path: Path,
) -> None:
    own, team = tmp_path / "settings.toml", tmp_path / "team.toml"
    own.write_text('production = "mine"\ntheme = "nord"\ntemplate = 3\n')
    team.write_text('production = "live"\n[portals\n')
    read = read_settings(str(own), str(team))
    assert read.settings == Settings(theme="nord", production=ANY)
    (_, problem) = read.bad
    assert (problem, problem.problem) == (read.problem, SettingProblem.TEAM_NOT_TOML)
    assert (problem.path, problem.line, problem.is_of_file) == (str(team), 2, False)
    team.unlink()
    team.mkdir()
    read = read_settings(str(own), str(team))
    assert read.settings == Settings(theme="nord", production=ANY)
    reason = FileErrorReason.NOT_A_FILE.value
    unreadable = BadSetting("", SettingProblem.TEAM_UNREADABLE, reason, path=str(team))
    assert read.problem == unreadable
    own.write_text("theme = ")
    assert read_settings(str(own), str(team)).settings == SAFE


def test_the_settings_of_the_user_come_before_those_of_the_team(tmp_path: Path) -> None:
    own, team = tmp_path / "settings.toml", tmp_path / "team.toml"
    own.write_text('template = 3\nproduction = "mine"\n[regions]\n"*-us" = "us-east-1"\n')
    team.write_text(
        'template = "{account}"\nproduction = "live"\nshorten = {Deployer = "dep"}\n'
        'regions = {"*-eu" = "eu-west-1", "*-us" = "us-west-2"}\n'
        '\n[accounts.111122223333]\nalias = "caf\xe9"\n',
        encoding="latin-1",
    )
    read = read_settings(str(own), str(team))
    assert read.settings == Settings(
        production="mine|live",
        regions={"*-us": "us-east-1", "*-eu": "eu-west-1"},
        shorten={"Deployer": "dep"},
    )
    assert list(read.settings.regions) == ["*-us", "*-eu"]
    assert [each.name for each in read.bad] == ["template"]
    own.write_text("template = ")
    assert read_settings(str(own), str(team)).settings == SAFE


@pytest.mark.parametrize(
    ("own", "shared"),
    [
        ("", '"production"'),
        ('""', '"production"'),
        ('"production"', '""'),
        ('"production"', ""),
        ("no TOML", '"production"'),
        ("true", ""),  # what is wrong loosens nothing
        ('""', '"prod"'),
    ],
)
def test_a_team_can_only_want_more_to_be_narrowed(tmp_path: Path, own: str, shared: str) -> None:
    paths = tmp_path / "settings.toml", tmp_path / "team.toml"
    for path, value in zip(paths, (own, shared), strict=True):
        path.write_text(f"must_narrow = {value}\n" if value else "")
    assert read_settings(*map(str, paths)).settings.must_narrow == "production"
