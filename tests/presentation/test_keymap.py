"""Keys from the settings: used everywhere, or reported if they cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.domain.settings.action import Action
from rolecall.domain.settings.settings import BadSetting, SettingProblem, Settings
from rolecall.domain.settings.shipped_actions import SHIPPED
from rolecall.files.own.settings import SettingsFile, SettingsRead
from rolecall.presentation import commands, keymap
from rolecall.presentation.commands import BY_ID, Place, commands_of, footer_of, key_of, with_keys
from rolecall.presentation.key_tables import key_table
from rolecall.presentation.texts import action_strings, inventory_strings, profile_strings
from tests.support.for_each import for_each

NO_LINE = SettingsRead().line_of


@pytest.fixture(autouse=True)
def default_keys_again() -> Iterator[None]:
    yield
    commands.USER_KEYS.clear()
    commands.ACTIONS.clear()


@for_each(
    ("text", "key"),
    [
        ("s", "s"), ("S", "S"), ("/", "slash"), ("?", "question_mark"), ("slash", "slash"),
        ("Ctrl+P", "ctrl+p"), ("ctrl+alt+x", "ctrl+alt+x"), ("Esc", "escape"), ("F5", "f5"),
        ("PgUp", "pageup"), ("<", "less_than_sign"), ("é", "é"), ("space", "space"),
        ("", None), ("hyper+x", None), ("ctrl+", None), ("f99", None), ("enter twice", None),
    ],
)  # fmt: skip
def test_the_common_names_of_keys_are_understood(text: str, key: str | None) -> None:
    assert keymap.parse_key(text) == key


def test_all_settings_in_the_documentation_are_valid(tmp_path: Path) -> None:
    readme = Path(__file__, "../../../docs/settings.md").resolve().read_text()
    path = tmp_path / "settings.toml"
    path.write_text(readme.partition("```toml\n")[2].partition("```")[0])
    read = SettingsFile(path, tmp_path).read()
    assert read.settings.keys
    assert read.settings.actions
    assert [*read.bad, *keymap.use(read.settings.keys, read.line_of)] == []
    assert keymap.use_actions(read.settings, read.line_of) == []


def test_a_key_in_the_settings_replaces_the_default() -> None:
    assert keymap.use({"favourite": ("%",), "help": ("F1", "?")}, NO_LINE) == []
    assert BY_ID["favourite"].keys == ("percent_sign",)
    assert BY_ID["help"].shown_keys == "F1 ?"
    rows = [row for _, rows in key_table() for row in rows]
    assert ("%", "favourite", BY_ID["favourite"]) in {(*row[:2], row[3]) for row in rows}
    assert "help" in [command.id for command in footer_of(Place.ACCOUNTS)]


def test_texts_name_the_keys_of_the_settings() -> None:
    assert keymap.use({"page_down": ("F8",), "details": ("F7",)}, NO_LINE) == []
    assert profile_strings.more_below(2) == "… 2 more lines: F8"
    assert commands.with_keys(profile_strings.AND_MORE, first="a", count=2) == "a (and 2 more: F7)"


def test_two_commands_can_swap_their_keys() -> None:
    assert keymap.use({"use": ("s",), "save": ("u",), "save_account": ("u",)}, NO_LINE) == []
    found = {
        key: command.id for command in commands_of(Place.PERMISSION_SETS) for key in command.keys
    }
    assert (found["s"], found["u"]) == ("use", "save")


def test_a_command_without_keys_is_in_the_palette_only() -> None:
    assert keymap.use({"favourite": ()}, NO_LINE) == []
    assert "favourite" in [command.id for command in commands_of(Place.ACCOUNTS)]
    assert "favourite" not in [command.id for command in footer_of(Place.ACCOUNTS)]


@for_each(
    ("wanted", "name", "problem", "detail"),
    [
        ({"fly": ("x",)}, "keys.fly", SettingProblem.UNKNOWN_COMMAND, ""),
        ({"save": ("hyper+x",)}, "keys.save", SettingProblem.UNKNOWN_KEY, "hyper+x"),
        ({"use": ("s",)}, "keys.use", SettingProblem.KEY_TWICE, "s"),
        ({"favourite": ("j",)}, "keys.favourite", SettingProblem.KEY_TWICE, "j"),
        ({"filter": ("q",)}, "keys.filter", SettingProblem.KEY_TWICE, "q"),
    ],
)
def test_a_key_that_cannot_be_used_is_reported(
    wanted: dict[str, tuple[str, ...]], name: str, problem: SettingProblem, detail: str
) -> None:
    (bad,) = keymap.use({**wanted, "help": ("%",)}, {name: 7}.__getitem__)
    assert (bad.name, bad.problem, bad.detail, bad.line) == (name, problem, detail, 7)
    assert BY_ID["help"].keys == ("percent_sign",)
    assert not commands.USER_KEYS.keys() & wanted.keys()


def test_the_default_keys_have_no_problems() -> None:
    for command in commands.COMMANDS:
        assert keymap.use({command.id: command.default_keys}, NO_LINE) == [], command.id


def actions(**keys: str) -> Settings:
    return Settings(actions={name: Action(key, name, ("x",)) for name, key in keys.items()})


def test_actions_are_commands_of_the_places_with_roles() -> None:
    assert keymap.use_actions(actions(logs="L"), NO_LINE) == []
    for place in Place.ACCOUNTS, Place.PERMISSION_SETS, Place.PROFILES:
        found = commands.action_with("L", place)
        assert found is not None
        assert (found.id, found.name, found.shown_keys) == ("actions.logs", "logs", "L")
        assert found in commands_of(place)
        assert found in footer_of(place)
    assert commands.action_with("L", Place.TOKENS) is None
    assert "actions.logs" not in [command.id for command in commands_of(Place.TOKENS)]
    keymap.use_actions(Settings(), NO_LINE)
    assert commands.action_with("L", Place.ACCOUNTS) is None


@for_each(
    ("key", "problem", "detail"),
    [
        ("s", SettingProblem.KEY_TAKEN, "save"),
        ("E", SettingProblem.KEY_TAKEN, "editor"),
        ("?", SettingProblem.KEY_TAKEN, "help"),
        ("Ctrl+C", SettingProblem.KEY_TAKEN, "quit"),
        ("j", SettingProblem.KEY_TAKEN, "Movement"),
        ("F5", SettingProblem.KEY_TAKEN, "logs"),
        ("hyper+x", SettingProblem.UNKNOWN_KEY, "hyper+x"),
    ],
)
def test_a_key_that_rolecall_or_another_action_has_is_refused(
    key: str, problem: SettingProblem, detail: str
) -> None:
    lines = {"actions.mine.key": 5}
    bad = keymap.use_actions(actions(logs="f5", mine=key), lines.__getitem__)
    assert bad == [BadSetting("actions.mine.key", problem, detail, 5)]
    assert list(commands.ACTIONS) == ["actions.logs"]


def test_an_action_may_have_a_key_that_the_user_has_taken_from_a_command() -> None:
    keymap.use({"exec": ("%",)}, NO_LINE)
    assert keymap.use_actions(actions(mine="!"), NO_LINE) == []
    assert [bad.detail for bad in keymap.use_actions(actions(mine="%"), NO_LINE)] == ["run"]


def test_the_actions_that_rolecall_brings_have_free_keys_and_texts() -> None:
    assert keymap.use_actions(Settings(actions=SHIPPED), NO_LINE) == []
    assert {command.name for command in commands.ACTIONS.values()} == {
        name for name, _ in action_strings.SHIPPED.values()
    }


def test_the_keys_of_commands_that_had_a_name_for_each_kind_of_sign_in_still_work() -> None:
    assert keymap.use({"start_again": ("f5",), "console_browser": ("f6",)}, lambda _: 0) == []
    assert (BY_ID["new_code"].keys, BY_ID["other_way"].keys) == (("f5",), ("f6",))


@pytest.fixture
def changed() -> Iterator[dict[str, tuple[str, ...]]]:
    yield commands.USER_KEYS
    commands.USER_KEYS.clear()


def test_a_sentence_names_the_key_that_the_user_has_set(
    changed: dict[str, tuple[str, ...]],
) -> None:
    assert with_keys(inventory_strings.SIGN_IN_FIRST) == "Signed out. S signs in."
    changed["sessions"] = ("ctrl+e", "S")
    assert with_keys(inventory_strings.SIGN_IN_FIRST) == "Signed out. Ctrl+E signs in."


def test_a_command_without_a_key_is_named_by_its_way_in_the_palette(
    changed: dict[str, tuple[str, ...]],
) -> None:
    changed["sessions"] = ()
    assert key_of("sessions") == ": sessions"


def test_a_fact_in_braces_is_not_taken_for_a_key() -> None:
    said = with_keys(inventory_strings.NOTHING_MATCHES, query="{sessions}")
    assert said == "Nothing matches “{sessions}”. Esc clears the filter."


def test_a_key_of_the_user_wins_over_a_command_that_came_later() -> None:
    assert keymap.use_actions(actions(mine="m", logs="ctrl+g"), NO_LINE) == []
    found = commands.action_with("m", Place.ACCOUNTS)
    assert found is not None
    assert found in footer_of(Place.ACCOUNTS)
    assert (BY_ID["menu"].keys, BY_ID["help"].keys) == ((), ("question_mark", "f1"))
    assert "menu" in [command.id for command in commands_of(Place.ACCOUNTS)]
    taken = keymap.use_actions(actions(mine="m", other="m"), NO_LINE)
    assert [bad.problem for bad in taken] == [SettingProblem.KEY_TAKEN]
    keymap.use_actions(Settings(), NO_LINE)
    assert keymap.use({"verify": ("m",)}, NO_LINE) == []
    assert (BY_ID["verify"].keys, BY_ID["menu"].keys) == (("m",), ())
    assert keymap.use({"quit": ("Q",), "details": ("d",)}, NO_LINE) == []
    assert (BY_ID["show_qr"].keys, BY_ID["show_values"].keys) == ((), ("d",))
    assert keymap.use({"verify": ("m",), "menu": ("m",)}, NO_LINE) != []
