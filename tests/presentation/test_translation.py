"""Texts in the user's language, if it has a catalogue, and the template for translators."""

from __future__ import annotations

import string
import subprocess
import sys
from pathlib import Path

import pytest

from rolecall.presentation.translation import languages
from tests.support import pseudo_locale, texts

SAY = (
    "import sys; from rolecall.presentation.labels import ACCOUNT; "
    "from rolecall.presentation.table_strings import ACCOUNTS_NOUN, position; "
    "print(ACCOUNT, position(1, 1, *ACCOUNTS_NOUN), position(2, 2, *ACCOUNTS_NOUN)); "
    "print('gettext' in sys.modules)"
)


def say(**environ: str) -> list[str]:
    """Three texts, and whether gettext was imported."""
    command = [sys.executable, "-c", SAY]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    return result.stdout.splitlines()


@pytest.mark.parametrize(
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


def test_a_catalogue_translates_texts_and_plurals(tmp_path: Path) -> None:
    environ = pseudo_locale.write(tmp_path)
    assert say(**environ) == ["⟦Account⟧ ⟦1 account⟧ ⟦2 accounts⟧", "True"]
    assert say(**environ, LC_ALL="en_US.UTF-8")[1] == "False"


def test_the_template_for_translators_is_up_to_date() -> None:
    assert texts.TEMPLATE.read_text(encoding="utf-8") == texts.template(), "run `make texts`"


def test_singular_and_plural_name_the_same_fields() -> None:
    for message in texts.catalogue():
        if isinstance(message.id, tuple):
            singular, plural = (_fields(each) for each in message.id)
            assert singular <= plural, message.id


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
