"""What one key or command asks: its deadline, and when a wait is slow."""

from __future__ import annotations

import ast
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.domain import question
from rolecall.domain.backoff import LONGEST_PAUSE, retry_pause
from rolecall.domain.question import (
    SECONDS,
    SLOW_AFTER,
    Question,
    asking,
    begin_command,
    carried,
    end_command,
)
from rolecall.domain.question import current as current_question
from tests.support.waiting import Seconds

PACKAGE = Path(question.__file__).parents[1]


@pytest.fixture
def seconds() -> Seconds:
    return Seconds(1000.0)


@pytest.fixture(autouse=True)
def _no_command() -> Iterator[None]:
    yield
    end_command()


def test_a_user_reads_words_within_5_seconds_and_has_an_answer_within_30() -> None:
    assert (SLOW_AFTER, SECONDS) == (4, 30)


def test_it_is_over_after_its_seconds_whatever_words_there_are(seconds: Seconds) -> None:
    asked = Question(monotonic=seconds)
    seconds.now += SECONDS - 1
    asked.note_words()
    assert asked.seconds_left() == 1
    seconds.now += 2
    assert asked.seconds_left() == 0


@pytest.mark.parametrize("prolong", [Question.note_answer, Question.begin_again])
def test_an_answer_of_a_listing_and_the_user_prolong_it(seconds: Seconds, prolong: object) -> None:
    asked = Question(monotonic=seconds)
    seconds.now += SECONDS + 1
    assert callable(prolong)
    prolong(asked)
    assert asked.seconds_left() == SECONDS


def test_a_part_has_an_own_deadline_and_the_words_of_the_whole(seconds: Seconds) -> None:
    told: list[str] = []
    whole = Question(lambda operation, *_: told.append(operation), seconds)
    seconds.now += 10
    part = whole.part()
    assert (whole.seconds_left(), part.seconds_left()) == (SECONDS - 10, SECONDS)
    assert part.slow_at(seconds.now) == whole.slow_at(seconds.now)
    part.note_answer()
    assert whole.seconds_left() == SECONDS - 10
    part.report_slow("Get", "a")
    whole.report_nothing()
    part.report_slow("List", "a")
    assert told == ["Get"]


@pytest.mark.parametrize(("silent", "after"), [(0.0, 4.0), (1.5, 2.5), (3.9, 0.5), (60.0, 0.5)])
def test_a_wait_is_slow_by_the_time_without_words(
    seconds: Seconds, silent: float, after: float
) -> None:
    asked = Question(monotonic=seconds)
    seconds.now += silent
    assert asked.slow_at(seconds.now) - seconds.now == pytest.approx(after)
    began_at = seconds.now
    seconds.now += 3
    asked.note_words()  # of another thread
    assert asked.slow_at(began_at) - began_at == 4


def test_a_command_has_one_question_on_all_threads() -> None:
    begin_command()
    found = [current_question()]
    thread = threading.Thread(target=lambda: found.append(current_question()))
    thread.start()
    thread.join()
    assert found[0] is found[1]
    with asking() as part:
        assert part is current_question() is not found[0]
        assert part.slow_at(0.0) == found[0].slow_at(0.0)
    assert current_question() is found[0]


def test_without_a_command_each_call_is_a_question_and_a_key_is_one() -> None:
    assert current_question() is not current_question()
    carriedwork: list[Question] = []
    with asking() as key:
        assert current_question() is key
        work = carried(lambda: carriedwork.append(current_question()))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert carriedwork == [key]


def test_the_silence_of_a_command_begins_with_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "_started_at", time.monotonic() - 60)
    begin_command()
    now = time.monotonic()
    assert current_question().slow_at(now) == now + 0.5
    assert current_question().seconds_left() > SECONDS - 10


def _texts() -> dict[str, str]:
    return {
        str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8")
        for path in PACKAGE.rglob("*.py")
        if path.parts[-2] != "demo"
    }


def test_no_other_module_says_how_long_aws_is_waited_for() -> None:
    """A terminal that does not answer is another matter."""
    names = {"DEADLINE", "STALLED_AFTER", "TRY_SECONDS", "SLOW_AFTER"}
    found = {
        (path, target.id.lstrip("_"))
        for path, text in _texts().items()
        for node in ast.walk(ast.parse(text))
        for target in _targets(node)
        if target.id.lstrip("_") in names
    }
    assert found == {
        ("domain/question.py", "SLOW_AFTER"),
        ("domain/question.py", "TRY_SECONDS"),
        ("ui/rendering/flow_control.py", "DEADLINE"),
    }


def _targets(node: ast.AST) -> list[ast.Name]:
    match node:
        case ast.AnnAssign(target=ast.Name() as target):
            return [target]
        case ast.Assign(targets=targets):
            return [each for each in targets if isinstance(each, ast.Name)]
    return []


def test_one_function_makes_the_sentence_about_a_wait() -> None:
    sentences = ("program_strings.SLOW", "SLOW_THROTTLED", "SLOW_LOCKED", "SLOW_PAUSED")
    using = {path for path, text in _texts().items() if any(each in text for each in sentences)}
    assert using == {"presentation/texts/program_strings.py"}
    callers = {path for path, text in _texts().items() if "still_waiting(" in text}
    assert callers == {
        "presentation/texts/program_strings.py",
        "cli/support/calls.py",
        "ui/picker/inline_sign_in.py",
        "ui/picker/picker_app.py",
        "ui/screens/base/command.py",
    }


def test_the_pause_doubles_up_to_the_longest() -> None:
    seconds = [retry_pause(failures).total_seconds() for failures in range(1, 9)]
    assert seconds == [10, 20, 40, 80, 160, 320, 640, 900]
    assert retry_pause(10_000) == LONGEST_PAUSE
