"""Texts in the user's language, if it has a catalogue, and the template for translators."""

from __future__ import annotations

import os
import string
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from rolecall.domain.settings.settings import SettingProblem, Settings
from rolecall.files.own.settings import SettingsRead
from rolecall.presentation.commands import key_of, with_keys
from rolecall.presentation.filling import fill
from rolecall.presentation.texts.settings_strings import unknown_language
from rolecall.presentation.translation import languages
from tests.support import texts
from tests.support.for_each import for_each
from tests.support.screens import pseudo_locale

SAY = (
    "import sys; from rolecall.presentation.labels import ACCOUNT; "
    "from rolecall.presentation.texts.inventory_strings import ACCOUNTS_NOUN, position; "
    "print(ACCOUNT, position(1, 1, *ACCOUNTS_NOUN), position(2, 2, *ACCOUNTS_NOUN)); "
    "print('gettext' in sys.modules)"
)


def say(**environ: str) -> list[str]:
    """Three texts, and whether gettext was imported."""
    command = [sys.executable, "-c", SAY]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    return result.stdout.splitlines()


@for_each(
    ("environ", "wanted"),
    [
        ({}, []),
        ({"LANG": "C.UTF-8"}, []),
        ({"LANG": "POSIX", "LANGUAGE": "de"}, []),
        ({"LANG": "en_GB.UTF-8"}, []),
        ({"LANG": "de_AT.UTF-8"}, ["de_AT.UTF-8"]),
        ({"LANG": "de_DE", "LC_MESSAGES": "fr_FR"}, ["fr_FR"]),
        ({"LC_ALL": "C", "LC_MESSAGES": "fr_FR"}, []),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "nl:de"}, ["nl", "de"]),
        ({"LANG": "de_DE", "LANGUAGE": "fr:en:de"}, ["fr"]),
    ],
)
def test_the_language_is_that_of_the_environment(
    environ: dict[str, str], wanted: list[str]
) -> None:
    assert languages(environ) == wanted


@pytest.mark.parametrize("language", ["C.UTF-8", "en_GB.UTF-8", "de_DE.UTF-8"])
def test_english_and_a_language_without_catalogue_import_no_gettext(language: str) -> None:
    assert say(LANG=language) == ["Account 1 account 2 accounts", "False"]


@pytest.mark.thorough
def test_a_catalogue_translates_texts_and_plurals(tmp_path: Path) -> None:
    environ = pseudo_locale.write(tmp_path)
    assert say(**environ) == ["⟦Account⟧ ⟦1 account⟧ ⟦2 accounts⟧", "True"]
    assert say(**environ, LC_ALL="en_US.UTF-8")[1] == "False"


def test_what_a_language_lacks_is_in_the_next_one_or_in_english(tmp_path: Path) -> None:
    translated: dict[str, dict[str, str | tuple[str, ...]]] = {
        "cs": {"{count:,} account": ("{count:,} účet", "{count:,} účty", "{count:,} účtů")},
        "de": {"Account": "Konto"},
    }
    for language, forms in translated.items():
        catalogue = Catalog(locale=language)
        for text, form in forms.items():
            catalogue.add((text, f"{text}s") if isinstance(form, tuple) else text, form)
        path = tmp_path / language / "LC_MESSAGES" / "rolecall.mo"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_mo(file, catalogue)
    environ = {"TEXTDOMAINDIR": str(tmp_path), "LANG": "cs_CZ.UTF-8"}
    assert say(**environ) == ["Account 1 účet 2 účty", "True"]
    assert say(**environ, LANGUAGE="cs:de") == ["Konto 1 účet 2 účty", "True"]


@pytest.fixture
def in_settings(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Writes the settings, and returns the environment that has them."""

    def written(text: str) -> dict[str, str]:
        path = tmp_path / "settings" / "rolecall" / "settings.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "settings")}

    return written


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('language = "ja"', ["ja"]),
        ("# mine\nbell = true\r\n  language='ja'  # Japanese\r\n[keys]\n", ["ja"]),
        ('language = "en"', []),
        ('language = ""', ["de_AT"]),
        ('# language = "ja"', ["de_AT"]),
        ('[shorten]\nlanguage = "ja"', ["de_AT"]),
        ("language = 7", ["de_AT"]),
        ('language = "../ja"', ["de_AT"]),
        ('language = "xx"', ["de_AT"]),
        ('language = "ja"\nbell = ', ["de_AT"]),
        ("", ["de_AT"]),
    ],
)
def test_the_language_of_the_settings_overrules_the_environment(
    in_settings: Callable[[str], dict[str, str]], text: str, wanted: list[str]
) -> None:
    assert languages({**in_settings(text), "LANG": "de_AT"}) == wanted


def test_the_language_of_the_settings_counts_in_the_locale_c(
    in_settings: Callable[[str], dict[str, str]],
) -> None:
    assert languages({**in_settings('language = "ja"'), "LC_ALL": "C"}) == ["ja"]


def test_settings_that_cannot_be_read_leave_the_language_to_the_environment(tmp_path: Path) -> None:
    fifo = tmp_path / "rolecall" / "settings.toml"
    fifo.parent.mkdir()
    os.mkfifo(fifo)
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "LANG": "de"}
    assert languages(environ) == ["de"]


def test_a_language_without_texts_is_a_bad_setting() -> None:
    no_line = SettingsRead().line_of
    assert unknown_language(Settings(), no_line) == []
    for known in ("en", "en_GB", "ja", "ja_JP.UTF-8"):
        assert unknown_language(Settings(language=known), no_line) == []
    bad = unknown_language(Settings(language="xx"), {"language": 7}.__getitem__)
    assert [(each.problem, each.line) for each in bad] == [(SettingProblem.CHOICE, 7)]


@pytest.mark.thorough
def test_making_the_texts_again_changes_no_translation() -> None:
    for path in texts.translations().values():
        assert path.read_text(encoding="utf-8") == texts.merged(path), "run `make texts`"


@pytest.mark.thorough
def test_the_template_for_translators_is_up_to_date() -> None:
    assert texts.TEMPLATE.read_text(encoding="utf-8") == texts.template(), "run `make texts`"


@pytest.mark.thorough
def test_singular_and_plural_name_the_same_fields() -> None:
    for message in texts.catalogue():
        if isinstance(message.id, tuple) and message.locations[0][0] != texts.CLICK:
            singular, plural = (_fields(each) for each in message.id)
            assert singular <= plural, message.id


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


SENTENCE = "{name} is signed out. `rolecall login {name}` signs in, {count} times."


@for_each(
    ("name", "word"),
    [
        ("prod", "prod"),
        ("prod-1_a.b/c@d:e", "prod-1_a.b/c@d:e"),
        ("本番", "本番"),
        ("my prod", "'my prod'"),
        ("it's; $x", "'it'\"'\"'s; $x'"),
    ],
)
def test_a_name_is_one_word_in_a_command_and_as_it_is_elsewhere(name: str, word: str) -> None:
    filled = fill(SENTENCE, {"name": name, "count": 2})
    assert filled == f"{name} is signed out. `rolecall login {word}` signs in, 2 times."


def test_a_word_that_is_empty_is_left_out() -> None:
    assert fill("`rolecall sign-in {session}` does.", {"session": ""}) == "`rolecall sign-in` does."


def test_backticks_of_a_fact_are_not_a_command() -> None:
    assert fill("{a} `x {b}`", {"a": "`a b`", "b": "c d"}) == "`a b` `x 'c d'`"


def test_keys_of_commands_are_filled_in_as_before() -> None:
    filled = with_keys("{palette} or `rolecall login {profile}`", profile="my prod")
    assert filled == f"{key_of('palette')} or `rolecall login 'my prod'`"
