"""Every language has every text, with the same fields, keys and commands as the English one."""

from __future__ import annotations

import re
import string
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from rich.cells import cell_len

from rolecall.presentation.texts import settings_strings
from tests.support import texts
from tests.support.programs import completed

_JOINS = """
import importlib, pkgutil
import rolecall.presentation as package
from rolecall.presentation.translation import join_sentences

def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from strings(each)

print(join_sentences("一つ。", "", "二つ。"))
for module in pkgutil.iter_modules(package.__path__):
    for name, value in vars(importlib.import_module(f"{package.__name__}.{module.name}")).items():
        if not name.startswith("__"):
            for text in strings(value):
                if "。 " in text.strip():
                    print(module.name, name, text)
"""


ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = texts.translations()
# What a user types or presses, written the same in every language.
TYPED = re.compile(
    r"`[^`]*`|--[a-z][a-z-]+|\bCtrl\+[A-Z]|(?<=· )Enter\b|\b(?:Esc|Tab|Space|PgDn|Backspace)\b|https?://[\w./-]*\w"
    r"|\bAWS_[A-Z_]+|\bsso_[a-z_]+|\[(?:profile|sso-session|default|DEFAULT)[^\]]*\]|~/\.\S+[a-z]"
)


def translated(language: str) -> Iterator[Message]:
    """The texts of a language that are translated."""
    return (each for each in texts.read(LANGUAGES[language]) if each.id and each.string)


def fields(text: str) -> Counter[tuple[str, str | None, str | None]]:
    parts = string.Formatter().parse(text)
    return Counter((name, spec, how) for _, name, spec, how in parts if name is not None)


def formats(text: str) -> Counter[str]:
    return Counter(re.findall(r"%\(\w+\)s|%-?[a-zA-Z]", text))


def typed(text: str) -> set[str]:
    return set(TYPED.findall(text))


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_or_only_a_guess(language: str) -> None:
    assert texts.lacking(LANGUAGES[language]) == [], "translate them: see CONTRIBUTING.md"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_counts_has_as_many_forms_as_the_language(language: str) -> None:
    forms = texts.read(LANGUAGES[language]).num_plurals
    for message in translated(language):
        if isinstance(message.id, tuple):
            assert len(texts.forms(message.string)) == forms, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_fields_of_the_english_texts(language: str) -> None:
    for message in translated(language):
        english = [fields(each) for each in texts.forms(message.id)]
        for each in texts.forms(message.string):
            assert fields(each) in english, each


def test_japanese_sentences_are_joined_without_a_space() -> None:
    for message in translated("ja"):
        joins = re.findall(r"。 (?=\S)|\{(?:warning|state)\} (?!\()", str(message.string))
        assert not joins, message.id


# See the glossary in CONTRIBUTING.md.
OTHER_SPELLINGS = re.compile(
    r"ブラウザー|フォルダー|エディター|Web |[“”（）]|(?<!メール)アドレス(?!バー)"
    r"|(?<!有効)期限(?!切れ)|秘密の値|渡したもの|問い合わせ(?:中|ています)|デフォルト|すでに|ほか[のは]|[\d}](?:日|時間|分|秒|個|件)"
)
IN_JAPANESE = [*ROOT.glob("docs/ja/*.md"), ROOT / "README.ja.md"]


def test_japanese_words_are_spelled_in_one_way() -> None:
    whole = [str(message.string) for message in translated("ja")]
    whole += [path.read_text(encoding="utf-8") for path in IN_JAPANESE]
    assert [found[0] for each in whole for found in OTHER_SPELLINGS.finditer(each)] == []


def test_no_module_joins_japanese_sentences_with_a_space(tmp_path: Path) -> None:
    """In texts that are made when the modules are imported, and by `join_sentences`."""
    texts.compile_to(tmp_path / "locale")
    found = completed(
        [sys.executable, "-c", _JOINS],
        {"LANG": "ja_JP.UTF-8", "TEXTDOMAINDIR": str(tmp_path / "locale"), "PYTHONUTF8": "1"},
    )
    assert found.stdout == "一つ。二つ。\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translated_dates_are_still_dates(language: str) -> None:
    for message in translated(language):
        if "python-format" in message.flags:
            (text,) = texts.forms(message.string)
            assert set(formats(text)) <= {"%d", "%b", "%m", "%Y", "%H", "%M"}, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_commands_and_addresses_are_not_translated(language: str) -> None:
    for message in translated(language):
        english = [typed(each) for each in texts.forms(message.id)]
        for each in texts.forms(message.string):
            assert typed(each) in english, f"{texts.forms(message.id)[0]} → {each}"


def test_the_checks_find_what_is_wrong() -> None:
    assert fields("{count:,} of {all}") == fields("{all} / {count:,}")
    assert fields("{count:,}") != fields("{count}")
    assert fields("{{short}}") == fields("")
    assert typed("`rolecall undo` undoes it, Esc closes") == typed("Esc: `rolecall undo`")
    assert typed("Esc closes") != typed("閉じる")


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_help_of_each_setting_is_whole_at_80_columns(language: str) -> None:
    """The form shows it in one line, in the edge of its box."""
    found = {each.id: each.string for each in translated(language)} if language != "en" else {}
    for text in settings_strings.HELP.values():
        assert cell_len(str(found.get(text, text))) <= 80 - len("╰─  ─╯"), text
