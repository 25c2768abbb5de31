"""One file of settings means the same in the full screen, commands, the prompt, the log and the
language, whatever is wrong with it.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st

import rolecall
from rolecall.domain.production import PRODUCTION, production_rule
from rolecall.domain.settings.settings import DEFAULTS, SAFE, Settings
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.services.base.settings import SettingsService
from rolecall.services.base.text_facts import language_setting
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.services import Services
from rolecall.services.switching.shell_facts import ShellFacts
from rolecall.services.switching.switching import Switching

OWN: Final = {"production": "live", "log": False, "theme": "nord", "language": "ja"}
TEXT: Final = b'production = "live"\nlog = false\ntheme = "nord"\nlanguage = "ja"\n'
NAMES: Final = "prod", "live", "dev"


def others(**values: Any) -> dict[str, Any]:
    return {**OWN, **values}


# What is in the file, and the settings that differ from the defaults. None: the safe side.
TABLE: Final[dict[str, tuple[bytes, Mapping[str, Any] | None]]] = {
    "an empty file": (b"", {}),
    "a valid file": (TEXT, OWN),
    "Latin-1 in a comment": (b"# caf\xe9\n" + TEXT, OWN),
    "Latin-1 in a comment at the end of a line": (TEXT.replace(b"\n", b" # \xe9\n"), OWN),
    "Latin-1 in the theme": (TEXT.replace(b"nord", b"n\xf6rd"), others(theme="auto")),
    "Latin-1 in the production pattern": (
        TEXT.replace(b"live", b"liv\xe9"),
        others(production=DEFAULTS.production),
    ),
    "Latin-1 in the language": (TEXT.replace(b"ja", b"j\xe4"), others(language="")),
    "Latin-1 in a key of a table": (
        TEXT + b'[regions]\n"caf\xe9-*" = "eu-west-1"\n"*-us" = "us-east-1"\n',
        others(regions={"*-us": "us-east-1"}),
    ),
    "Latin-1 in an action": (
        TEXT + b'[actions.x]\nkey = "X"\nname = "caf\xe9"\ncommand = "true"\n',
        OWN,
    ),
    "a mark of the byte order": (b"\xef\xbb\xbf" + TEXT, OWN),
    "UTF-16": (TEXT.decode().encode("utf-16"), None),
    "CRLF": (TEXT.replace(b"\n", b"\r\n"), OWN),
    "CR alone": (TEXT.replace(b"\n", b"\r"), None),
    "a NUL byte": (TEXT + b"\0", None),
    "no value": (TEXT + b"bell = \n", None),
    "a word without quotes": (TEXT.replace(b'"nord"', b"nord"), None),
    "a key twice": (TEXT + b"log = true\n", None),
    "a number that is too long": (TEXT + b"jobs = " + b"9" * 5000, None),
    "a hexadecimal number that is too long": (TEXT + b"jobs = 0x" + b"f" * 5000, None),
    "brackets without an end": (TEXT + b"jobs = " + b"[" * 5000, None),
    "a quoted false": (TEXT.replace(b"false", b'"false"'), others(log=True)),
    "a false in a list": (TEXT.replace(b"false", b"[false]"), others(log=True)),
    "no as 0": (TEXT.replace(b"false", b"0"), others(log=True)),
    "a wrong pattern": (TEXT.replace(b"live", b"("), others(production=DEFAULTS.production)),
    "a pattern that is a number": (
        TEXT.replace(b'"live"', b"3"),
        others(production=DEFAULTS.production),
    ),
    "an old pattern": (TEXT.replace(b"live", b"^live-.*"), others(production="live-*")),
    "no pattern": (TEXT.replace(b"live", b""), others(production="")),
    "an unknown theme": (TEXT.replace(b"nord", b"pink"), others(theme="auto")),
    "a theme that is a list": (TEXT.replace(b'"nord"', b'["nord"]'), others(theme="auto")),
    "an unknown setting": (TEXT + b"colour = 3\n", OWN),
    "quoted keys": (
        b"\"production\" = 'live'\n'log' = false\n"
        b"\"them\\u0065\" = \"nord\"\n\"langu\\u0061ge\" = '''ja'''\n",
        OWN,
    ),
    "escapes in the language": (TEXT.replace(b'"ja"', b'"\\u006aa"'), OWN),
    "a path as the language": (TEXT.replace(b'"ja"', b'"../ja"'), others(language="../ja")),
    "a language that is a number": (TEXT.replace(b'"ja"', b"7"), others(language="")),
    "a list that looks like a table": (b"unknown = [\n[1],\n]\n" + TEXT, OWN),
    "settings in a text of several lines": (
        b'notify_command = """true \\\nlanguage = \\\nlog = true \\\n"""\n',
        {"notify_command": "true language = log = true "},
    ),
    "settings below a table": (b"[shorten]\n" + TEXT.replace(b"false", b'"x"'),
        {"shorten": {"production": "live", "log": "x", "theme": "nord", "language": "ja"}},
    ),
    "a table that is a value": (TEXT + b"shorten = 3\n", OWN),
}  # fmt: skip


def answers(home: Path) -> dict[str, object]:
    """Return what each part of rolecall makes of the settings in this home, by its name."""
    environ = {"HOME": str(home), "AWS_PROFILE": "dev"}
    full_screen = SettingsService.from_environment(environ).settings
    switching = Switching(environ)
    return {
        "full screen": full_screen,
        "commands": Services(environ).settings.settings,
        "prompt": switching.settings.settings,
        "production": [switching.is_production(SwitchTarget(each)) for each in NAMES],
        "a prompt": ShellFacts(environ).is_production,
        "log": HandOuts(environ).is_on,
        "language": language_setting(environ),
    }


def expected(wanted: Settings) -> dict[str, object]:
    matches = production_rule(wanted.production).matches
    return {
        **dict.fromkeys(("full screen", "commands", "prompt"), wanted),
        "production": list(map(matches, NAMES)),
        "a prompt": matches("dev"),
        "log": wanted.log,
        "language": wanted.language,
    }


def settings_in(home: Path) -> Path:
    path = home / ".config" / "rolecall" / "settings.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.thorough
@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("name", TABLE)
def test_all_parts_agree_about_a_file(name: str, tmp_path: Path) -> None:
    data, values = TABLE[name]
    settings_in(tmp_path).write_bytes(data)
    assert answers(tmp_path) == expected(SAFE if values is None else Settings(**values))


@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "device", "no file", "dangling link"])
def test_all_parts_agree_about_what_is_no_plain_file(kind: str, tmp_path: Path) -> None:
    path = settings_in(tmp_path)
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind != "no file":
        targets = {"loop": str(path), "device": "/dev/null", "dangling link": "nowhere"}
        path.symlink_to(targets[kind])
    is_unreadable = kind in {"folder", "pipe", "loop"}
    assert answers(tmp_path) == expected(SAFE if is_unreadable else DEFAULTS)


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        (b"", Settings(production=f"{PRODUCTION}|team", template="{short}")),
        (b'production = "live"\n', Settings(production="live|team", template="{short}")),
        (b'production = ""\n', Settings(production="team", template="{short}")),
        (b'production = "("\n', Settings(production=f"{PRODUCTION}|team", template="{short}")),
        (b"production = ", SAFE),
    ],
)
def test_all_parts_agree_about_the_settings_of_a_team(
    own: bytes, wanted: Settings, tmp_path: Path
) -> None:
    settings_in(tmp_path).write_bytes(own)
    team = settings_in(tmp_path).with_name("team.toml")
    team.write_bytes(b'production = "team"\ntemplate = "{short}"\ntheme = "nord"\n')
    assert answers(tmp_path) == expected(wanted)


def test_all_parts_agree_about_a_file_of_a_team_that_is_not_toml(tmp_path: Path) -> None:
    settings_in(tmp_path).write_bytes(TEXT)
    settings_in(tmp_path).with_name("team.toml").write_bytes(b'production = "team"\n[\n')
    assert answers(tmp_path) == expected(Settings(**others()).with_all_production())


# Lines of settings that are put together in any order, and bytes anywhere.
LINES: Final = st.sampled_from(
    [
        *(b'production = "live"', b"production = 3", b"production = '('", b"log = false"),
        *(b'log = "false"', b'theme = "nord"', b"theme = 'pink'", b'language = "ja"', b"# caf\xe9"),
        *(b"language = 'en' # \xe9", b"[shorten]", b"[keys]", b'save = "s"', b"jobs = [", b"]"),
        *(b'"""', b"bell = true", b"\xef\xbb\xbf", b"\r", b"\0", b'notify_command = """'),
    ]
)


@given(st.one_of(st.lists(LINES, max_size=8).map(b"\n".join), st.binary(max_size=40)))
@of_hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_all_parts_agree_about_any_bytes(tmp_path: Path, data: bytes) -> None:
    settings_in(tmp_path).write_bytes(data)
    found = answers(tmp_path)
    full_screen = found["full screen"]
    assert isinstance(full_screen, Settings)
    assert found == expected(full_screen)
    problems = SettingsService.from_environment({"HOME": str(tmp_path)}).last
    assert (problems.problem is not None) == (full_screen == SAFE)


def importers(wanted: str) -> set[str]:
    """The modules that import a module."""
    package = Path(rolecall.__file__).parent
    return {
        str(path.relative_to(package).with_suffix(""))
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and wanted in {getattr(node, "module", ""), *(each.name for each in node.names)}
    }


@pytest.mark.thorough
def test_the_settings_are_parsed_in_one_place() -> None:
    """The others read `.rolecall.toml`, team.toml and accounts.toml, or write."""
    assert importers("tomllib") == {"files/own/toml_text"}
    names = ("annotations", "pin_file", "team_file", "toml_edit")
    others = {f"files/own/{name}" for name in names}
    assert importers("rolecall.files.own.toml_text") == {"files/own/settings", *others}
