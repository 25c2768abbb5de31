"""The word check finds refused words where people read them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from tests.support.words import prose_of, refused_words, replacements

WORDS = {"splendidly": "again", "by the side of": "next to"}


def found(path: Path) -> list[tuple[int, str]]:
    return list(refused_words(prose_of(path), WORDS))


def test_strings_and_comments_are_checked_and_identifiers_are_not(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        '"""Starts\nSplendidly."""\n\nsplendidly = "x-splendidly"\n# by the\n# side of it\n'
    )
    assert found(path) == [(2, "splendidly"), (5, "by the side of")]


def test_all_of_a_text_file_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("# Title\n\nIt starts splendidly, by\nthe side of it.\n")
    assert found(path) == [(3, "splendidly"), (3, "by the side of")]


def test_every_refused_word_has_a_replacement() -> None:
    assert all(replacements().values())
