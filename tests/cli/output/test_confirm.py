"""What a user is asked: the time until the answer is not a wait for AWS."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

import pytest

from rolecall.cli.sign_in.sign_in_printer import _read as read
from rolecall.cli.support.confirm import confirmed, typed_yes
from rolecall.domain.question import asking
from rolecall.presentation.texts import program_strings
from tests.cli.conftest import PROFILE, CommandLine


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.quick
@pytest.mark.parametrize("ask", [lambda: confirmed("Go on?"), typed_yes], ids=["click", "line"])
@pytest.mark.parametrize(("typed", "answer"), [("y", True), ("YES", True), ("n", False)])
def test_the_time_until_the_answer_is_no_silence_of_the_command(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[], bool], typed: str, answer: bool
) -> None:
    """Otherwise the next call would be reported as slow after half a second."""
    monkeypatch.setattr(sys, "stdin", _Terminal(f"{typed}\n"))
    monkeypatch.setattr(sys, "stderr", _Terminal())
    with asking() as question:
        question._words.at = question._end = 0.0
        assert ask() is answer
        assert question._words.at > 0
        assert question.seconds_left() > 0


@pytest.mark.quick
def test_the_time_until_a_code_is_pasted_is_no_silence_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as stdin, os.fdopen(writer, "w") as user:
        monkeypatch.setattr(sys, "stdin", stdin)
        user.write("code")
        user.close()
        with asking() as question:
            question._words.at = question._end = 0.0
            assert read(b"") == b"code"
            assert question._words.at > 0
            assert question.seconds_left() > 0


@pytest.mark.parametrize(
    "words", [("undo",), ("init", "bash", "--install"), ("pin", PROFILE), ("sign-out",)]
)
def test_without_a_terminal_all_commands_that_ask_name_the_way_out(
    signed_in: CommandLine, words: tuple[str, ...]
) -> None:
    if words == ("undo",):
        signed_in.output_of("init", "bash", "--install", "--yes", SHELL="bash")
    before = signed_in.rolecall(*words, at=str(signed_in.home))
    assert before.returncode == 1
    assert before.stderr.splitlines()[-1] == f"Error: {program_strings.NEEDS_YES}"
    assert signed_in.rolecall(*words, "--yes", at=str(signed_in.home)).returncode == 0
