"""The wait for a sign-in: when it polls, when it waits, and what ends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from rolecall.domain.errors import SignInDenied
from rolecall.domain.model import AccessToken, Secret
from rolecall.domain.question import asking
from rolecall.services.sign_in_polling import wait_for_token

TOKEN = AccessToken("https://acme.awsapps.com/start", "eu-west-1", Secret("t"), datetime.now(UTC))


@dataclass
class Attempt:
    """Returns the results one after the other; `log` has what happened, in order."""

    results: list[AccessToken | Exception | None]
    interval: float = 5.0
    log: list[str] = field(default_factory=list)

    def poll(self) -> AccessToken | None:
        self.log.append("poll")
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    def wait(self, seconds: float) -> None:
        self.log.append(f"wait {seconds:g}")


def test_it_waits_before_each_poll_until_there_is_a_token() -> None:
    attempt = Attempt([None, None, TOKEN])
    assert wait_for_token(attempt, attempt.wait) is TOKEN
    assert attempt.log == ["wait 5", "poll"] * 3


def test_an_interval_that_grows_is_used_from_the_next_wait_on() -> None:
    attempt = Attempt([None, TOKEN])

    def wait(seconds: float) -> None:
        attempt.wait(seconds)
        attempt.interval += 5

    wait_for_token(attempt, wait)
    assert attempt.log == ["wait 5", "poll", "wait 10", "poll"]


def test_the_token_of_another_process_is_enough() -> None:
    attempt = Attempt([None, None, None])
    others = iter([None, TOKEN])
    assert wait_for_token(attempt, attempt.wait, lambda: next(others)) is TOKEN
    assert attempt.log == ["wait 5", "poll"] * 2


def test_an_error_of_a_poll_ends_it() -> None:
    attempt = Attempt([None, SignInDenied()])
    with pytest.raises(SignInDenied):
        wait_for_token(attempt, attempt.wait)


def test_an_error_of_the_wait_ends_it_without_another_poll() -> None:
    attempt = Attempt([None])

    def wait(_: float) -> None:
        if attempt.log:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait_for_token(attempt, wait)
    assert attempt.log == ["poll"]


def test_the_question_begins_again_after_each_wait_for_the_user() -> None:
    attempt = Attempt([None, TOKEN])

    def wait(seconds: float) -> None:
        if attempt.log:
            assert question.seconds_left() > 0
        question._words.at = question._end = 0.0
        attempt.wait(seconds)

    with asking() as question:
        wait_for_token(attempt, wait)
        assert question._words.at > 0
        assert question.seconds_left() > 0
