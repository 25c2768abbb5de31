"""Keys that the user sets: in force everywhere, or passed over and named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.domain.settings import SettingProblem
from rolecall.files.settings import SettingsFile
from rolecall.presentation import commands, keymap
from rolecall.presentation.commands import BY_ID, Place, commands_of, footer_of, key_table


@pytest.fixture(autouse=True)
def usual_again() -> Iterator[None]:
    yield
    commands.CHANGED.clear()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("s", "s"), ("S", "S"), ("/", "slash"), ("?", "question_mark"), ("slash", "slash"),
        ("Ctrl+P", "ctrl+p"), ("ctrl+alt+x", "ctrl+alt+x"), ("Esc", "escape"), ("F5", "f5"),
        ("PgUp", "pageup"), ("<", "less_than_sign"), ("é", "é"), ("space", "space"),
        ("", None), ("hyper+x", None), ("ctrl+", None), ("f99", None), ("enter twice", None),
    ],
)  # fmt: skip
def test_keys_are_called_as_people_call_them(text: str, key: str | None) -> None:
    assert keymap.key_named(text) == key


def test_the_settings_that_the_readme_shows_will_all_do(tmp_path: Path) -> None:
    readme = Path(__file__, "../../../README.md").resolve().read_text()
    path = tmp_path / "settings.toml"
    path.write_text(readme.partition("```toml\n")[2].partition("```")[0])
    read = SettingsFile(path, tmp_path).read()
    assert read.settings.keys
    assert [*read.bad, *keymap.use(read.settings.keys, read.lines)] == []


def test_a_key_that_is_set_is_the_one_in_force() -> None:
    assert keymap.use({"favourite": ("!",), "help": ("F1", "?")}, {}) == []
    assert BY_ID["favourite"].keys == ("exclamation_mark",)
    assert BY_ID["help"].shown_keys == "F1 ?"
    rows = [row for _, rows in key_table() for row in rows]
    assert ("!", "favourite", BY_ID["favourite"]) in {(*row[:2], row[3]) for row in rows}
    assert "help" in [command.id for command in footer_of(Place.ACCOUNTS)]


def test_keys_can_change_places() -> None:
    assert keymap.use({"use": ("s",), "save": ("u",), "save_account": ("u",)}, {}) == []
    found = {
        key: command.id for command in commands_of(Place.PERMISSION_SETS) for key in command.keys
    }
    assert (found["s"], found["u"]) == ("use", "save")


def test_a_command_without_keys_is_in_the_palette_only() -> None:
    assert keymap.use({"favourite": ()}, {}) == []
    assert "favourite" in [command.id for command in commands_of(Place.ACCOUNTS)]
    assert "favourite" not in [command.id for command in footer_of(Place.ACCOUNTS)]


@pytest.mark.parametrize(
    ("wanted", "name", "problem", "detail"),
    [
        ({"fly": ("x",)}, "keys.fly", SettingProblem.UNKNOWN_COMMAND, ""),
        ({"save": ("hyper+x",)}, "keys.save", SettingProblem.UNKNOWN_KEY, "hyper+x"),
        ({"use": ("s",)}, "keys.use", SettingProblem.KEY_TWICE, "s"),
        ({"favourite": ("j",)}, "keys.favourite", SettingProblem.KEY_TWICE, "j"),
        ({"filter": ("q",)}, "keys.filter", SettingProblem.KEY_TWICE, "q"),
    ],
)
def test_what_cannot_be_is_passed_over_and_named(
    wanted: dict[str, tuple[str, ...]], name: str, problem: SettingProblem, detail: str
) -> None:
    (bad,) = keymap.use({**wanted, "help": ("!",)}, {name: 7})
    assert (bad.name, bad.problem, bad.detail, bad.line) == (name, problem, detail, 7)
    assert BY_ID["help"].keys == ("exclamation_mark",)
    assert not commands.CHANGED.keys() & wanted.keys()


def test_the_usual_keys_are_no_trouble() -> None:
    for command in commands.COMMANDS:
        assert keymap.use({command.id: command.usual}, {}) == [], command.id
