"""The main screens in Japanese, and in a language that is longer: none is cut or misaligned."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rolecall.domain.text.wide_text import cells
from tests.end_to_end.conftest import TerminalDesk
from tests.support import texts
from tests.support.login_files import PROFILE
from tests.support.screens import pseudo_locale
from tests.support.screens.walk import COMMAND_LISTS, SETTINGS, Walk, crooked, texts_of
from tests.support.settings import write_settings

SIZES = [(80, 24), (120, 36)]
# A wide character, and the end of a text that was cut.
CUT = re.compile("[\u3041-\u30ff\u4e00-\u9fff]+…")
DATA = "基盤|データ基|検証|本番|リージョン|開発"  # of the demo's account names


@pytest.fixture
def japanese(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who reads Japanese, with the translations as they are now."""
    folder = tmp_path / "locale"
    texts.compile_to(folder)
    return {"LANG": "ja_JP.UTF-8", "TEXTDOMAINDIR": str(folder)}


@pytest.fixture
def long_language(tmp_path: Path) -> dict[str, str]:
    return pseudo_locale.write(tmp_path / "locale", pseudo_locale.longer)


@pytest.fixture(autouse=True)
def console_profile(desk: TerminalDesk) -> None:
    """A profile that signs in with console credentials: the walk has a screen for it."""
    with desk.config.open("a") as file:
        file.write(f"\n{PROFILE}")


@pytest.mark.parametrize(("columns", "lines"), SIZES)
def test_japanese_labels_are_whole_and_columns_straight(
    desk: TerminalDesk, japanese: dict[str, str], columns: int, lines: int
) -> None:
    found = texts_of(japanese)
    ends = {match[0] for text in texts.all_in("ja") for match in CUT.finditer(text)}
    with desk.open(env=japanese, columns=columns, lines=lines) as terminal:
        for name in Walk(terminal, found).screens(desk.server):
            shown = terminal.screen_text()
            assert crooked(terminal) == [], f"{name}:\n{shown}"
            # In lists of commands only what one does is cut, as in English. Help has it below, as
            # the form of settings has it about the field with the focus.
            is_list = name in COMMAND_LISTS if columns < 100 else name == SETTINGS
            labels = "" if is_list else shown
            cut = {each for each in CUT.findall(labels) if not re.search(DATA, each)}
            assert all(any(end.endswith(each) for end in ends) for each in cut), f"{name}:\n{shown}"
            assert re.search("(Ctrl\\+G|\\?) ヘルプ|Enter 実行", shown.splitlines()[-1]), (
                f"{name}:\n{shown}"
            )


@pytest.mark.parametrize(("columns", "lines"), SIZES)
def test_a_language_that_is_longer_breaks_no_screen(
    desk: TerminalDesk, long_language: dict[str, str], columns: int, lines: int
) -> None:
    with desk.open(env=long_language, columns=columns, lines=lines) as terminal:
        for name in Walk(terminal, texts_of(long_language)).screens(desk.server):
            assert crooked(terminal) == [], f"{name}:\n{terminal.screen_text()}"
            assert "⟦" in terminal.screen_text(), name


def said(desk: TerminalDesk, language: dict[str, str], *arguments: str) -> str:
    result = desk.run(*arguments, **language)
    return result.stdout + result.stderr


@pytest.mark.parametrize(
    "arguments", [["--help"], ["list", "--help"], ["save", "--help"], ["credentials", "--help"]]
)
def test_help_in_japanese_fits_and_is_japanese(
    desk: TerminalDesk, japanese: dict[str, str], arguments: list[str]
) -> None:
    shown = said(desk, japanese, *arguments)
    assert shown.startswith("使用方法: rolecall")
    assert "オプション:" in shown
    assert max(map(cells, shown.splitlines())) <= 80
    assert not re.search("Usage|Options|Commands|Show this|default:", shown)


@pytest.mark.parametrize(
    "arguments",
    [
        ["tokens", "--nope"],
        ["nope"],
        ["whoami", "a", "b"],
        ["--demo-accounts", "x"],
        ["list", "-x"],
    ],
)
def test_mistakes_are_reported_in_japanese(
    desk: TerminalDesk, japanese: dict[str, str], arguments: list[str]
) -> None:
    shown = said(desk, japanese, *arguments)
    assert shown.startswith("使用方法: rolecall")
    assert "エラー: " in shown
    assert not re.search("Usage|Error|Try |No such|Invalid|Got unexpected", shown)


@pytest.mark.parametrize(
    "arguments", [["tokens", "--json"], ["list", "--json"], ["list", "--csv"], ["whoami", "--json"]]
)
def test_what_programs_read_is_the_same_in_every_language(
    desk: TerminalDesk, japanese: dict[str, str], arguments: list[str]
) -> None:
    desk.leave_token()

    def read(language: dict[str, str]) -> str:
        result = desk.run(*arguments, AWS_PROFILE="log-archive-readonly", **language)
        assert result.stdout
        return re.sub(r'"seconds_left": \d+', "", result.stdout)

    assert read(japanese) == read({})


@pytest.mark.quick
def test_settings_choose_japanese_and_json_is_still_json(
    desk: TerminalDesk, japanese: dict[str, str]
) -> None:
    path = write_settings(desk.home, 'language = "ja"\n')
    environ = {"TEXTDOMAINDIR": japanese["TEXTDOMAINDIR"], "LC_ALL": "C.UTF-8"}
    assert "未サインイン" in said(desk, environ, "tokens")
    assert json.loads(said(desk, environ, "tokens", "--json"))
    path.write_text('language = "en"\n')
    assert "signed out" in said(desk, japanese, "tokens")
