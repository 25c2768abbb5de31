"""What a person reads about a TOML file that cannot be used."""

from __future__ import annotations

import pytest

from rolecall.domain.errors.file_errors import TomlInvalid
from rolecall.domain.inventory.annotations import TomlMistake, TomlProblem
from rolecall.files.own.annotations import decoded, mistakes_in, values_in
from rolecall.files.own.toml_text import repeated

MOST = 16 * 1024 * 1024


Refusal = tuple[int, str, str, str]  # line, problem, name, detail


def said(error: TomlInvalid) -> Refusal:
    assert error.place == "team.toml"
    return error.line, error.problem, error.name, error.detail


def refusal_of(text: str) -> Refusal:
    with pytest.raises(TomlInvalid) as caught:
        values_in(text, "team.toml")
    return said(caught.value)


def test_a_file_of_16_megabytes_is_read_and_a_larger_one_is_not() -> None:
    assert len(decoded(b"x" * MOST, "team.toml")) == MOST
    with pytest.raises(TomlInvalid) as caught:
        decoded(b"x" * (MOST + 1), "team.toml")
    assert said(caught.value) == (0, TomlProblem.TOO_LARGE, "", "16 MB")


def test_a_byte_order_mark_and_the_line_endings_of_windows_are_read() -> None:
    assert decoded("\ufeffa = 'é'\r\nb = 1\n".encode(), "team.toml") == "a = 'é'\nb = 1\n"


@pytest.mark.parametrize("page", ["<!DOCTYPE html>", "\n <Html>", "<head>", "<?xml version='1'?>"])
def test_a_web_page_is_called_so(page: str) -> None:
    assert refusal_of(page) == (1, TomlProblem.HTML, "", "")
    assert values_in(f"# {page.strip()}", "team.toml") == {}


def test_a_table_that_is_there_twice_is_named_with_its_second_line() -> None:
    text = "[[a]]\n[[a]]\n[b]\n[b.c]\n x = '[b.c]'\n[b.'c']\n"
    assert refusal_of(text) == (6, TomlProblem.TWICE, "b.c", "")
    assert repeated("[[a]]\n [[a]]\n[b]\n") is None


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = x\n", 2), ("a = [\n", 2), ("a =", 1)])
def test_what_is_no_toml_is_said_without_the_place_that_is_in_the_sentence(
    text: str, line: int
) -> None:
    assert refusal_of(text) == (line, TomlProblem.NOT_TOML, "", "Invalid value")


def test_a_mistake_is_said_with_its_line_and_not_in_full_if_it_is_long() -> None:
    text = "[a]\nb = 1\n"
    with pytest.raises(TomlInvalid) as caught, mistakes_in(text, "team.toml"):
        raise TomlMistake(TomlProblem.TOO_LONG, ("a", "b", "c" * 100), "d" * 100)
    shown = f"a.b.{'c' * 76}", "d" * 80
    assert said(caught.value) == (2, TomlProblem.TOO_LONG, *shown)
