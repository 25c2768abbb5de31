"""The language of the settings is found before the settings are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.services.language import language_setting


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('language = "ja"\n', "ja"),
        ("theme = \"x\"\n  language='pt_BR'  # mine\n", "pt_BR"),
        ('language = "zh-Hant"#', "zh-Hant"),
        ('language = ""\n', ""),
        ("language = ja\n", ""),
        ('language = "ja" "de"\n', ""),
        ('language = "../ja"\n', ""),
        ('languages = "ja"\n', ""),
        ('[table]\nlanguage = "ja"\n', ""),
        ('  [table]\nlanguage = "ja"\n', ""),
        ('# language\ntheme = "x"\n', ""),
        ("", ""),
    ],
)
def test_the_language_is_a_quoted_name_before_the_tables(
    tmp_path: Path, text: str, language: str
) -> None:
    path = tmp_path / ".config" / "rolecall" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert language_setting({"HOME": str(tmp_path)}) == language


def test_without_settings_there_is_no_language(tmp_path: Path) -> None:
    assert language_setting({"HOME": str(tmp_path)}) == ""
