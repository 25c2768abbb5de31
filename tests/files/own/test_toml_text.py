"""What a person reads about a TOML file that cannot be used."""

from __future__ import annotations

import sys

import pytest

from rolecall.domain.errors.file_errors import TomlInvalid
from rolecall.domain.inventory.annotations import TomlMistake, TomlProblem
from rolecall.files.own import team_file
from rolecall.files.own.annotations import decoded, mistakes_in, values_in
from rolecall.files.own.toml_text import repeated
from tests.support.for_each import for_each

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


@for_each(
    "text",
    [
        *("a." * 1_000_000 + "a = 1", "x = 1\n[" + '"a" . ' * 1_000_000 + "a]"),
        *("'.'." * 17 + "a = 1", '"\\"".' * 100_000 + "a = 1"),
        "x = {y = {" + "a." * 1_000_000 + "a = 1}}",
    ],
)  # fmt: skip
def test_a_key_with_a_million_parts_is_refused_at_once(text: str) -> None:
    line, problem, _, detail = refusal_of(f"# mine\n{text}\n")
    assert (line, problem) == (2 + text.count("\n"), TomlProblem.NOT_TOML)
    assert detail == "A key has more than 16 parts"


@for_each(
    "text",
    [
        *("a." * 15 + "a = 1", 'a = "' + '\\"' * 500_000 + '"', "a = '" + '"' * 500_000 + "'"),
        *("a" + " " * 500_000 + "= 1", "a = '" + "b " * 500_000 + "'", "#" + "b," * 500_000),
        *("b" * 500_000 + " = 1", f"a = {2**64 - 1}", f"a = -{2**64 - 1}"),
    ],
)  # fmt: skip
def test_a_long_text_with_few_parts_is_read(text: str) -> None:
    assert len(values_in(text, "team.toml")) == (not text.startswith("#"))


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("text", ["x" + "f" * 5000, "9" * 5000, "b1" + "0" * 64, f"x{2**64:x}"])
def test_an_integer_that_is_too_long_is_refused(text: str) -> None:
    number = text if text.isdigit() else f"0{text}"
    for form in (f"a = {number}", f"a = [{{b = [{number}]}}]"):
        assert refusal_of(form)[1] == TomlProblem.NOT_TOML


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_file, "_MOST_SECONDS", 0.05)
    with pytest.raises(TomlInvalid) as caught:
        team_file.parse_shared(b"a = [" + b"1," * 1_000_000 + b"]", "team.toml")
    assert said(caught.value) == (0, TomlProblem.TOO_SLOW, "", "0.05")
    assert sys.getprofile() is None
    monkeypatch.undo()
    assert team_file.parse_shared(b"production = 'live'", "team.toml").production == "live"


def test_a_mistake_is_said_with_its_line_and_not_in_full_if_it_is_long() -> None:
    text = "[a]\nb = 1\n"
    with pytest.raises(TomlInvalid) as caught, mistakes_in(text, "team.toml"):
        raise TomlMistake(TomlProblem.TOO_LONG, ("a", "b", "c" * 100), "d" * 100)
    shown = f"a.b.{'c' * 76}", "d" * 80
    assert said(caught.value) == (2, TomlProblem.TOO_LONG, *shown)
