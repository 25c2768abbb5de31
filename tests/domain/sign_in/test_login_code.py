"""The code that is pasted at the end of a sign-in with console credentials."""

from __future__ import annotations

import base64

import pytest

from rolecall.domain.errors.login_errors import LoginCodeInvalid
from rolecall.domain.sign_in.login_code import CodeProblem, read_code

STATE = "0f3c9a52-state"
CODE = "eyJhbGciOi_JKV1Qi-code"


def encoded(state: str = STATE, code: str = CODE) -> str:
    return base64.b64encode(f"state={state}&code={code}".encode()).decode()


def problem(pasted: str, state: str = STATE) -> str:
    with pytest.raises(LoginCodeInvalid) as caught:
        read_code(pasted, state)
    return caught.value.problem


def test_a_code_is_read_with_spaces_and_line_breaks() -> None:
    whole = encoded()
    assert read_code(f"  {whole[:20]}\r\n {whole[20:]}\n", STATE).reveal() == CODE


def test_code_and_state_may_be_in_any_order() -> None:
    pasted = base64.b64encode(f"code={CODE}&state={STATE}".encode()).decode()
    assert read_code(pasted, STATE).reveal() == CODE


@pytest.mark.parametrize("pasted", ["", " \n"])
def test_nothing_is_asked_for_again(pasted: str) -> None:
    assert problem(pasted) == CodeProblem.EMPTY


@pytest.mark.parametrize("pasted", ["hunter2", "https://example.com/", "%%%", "aGVsbG8gd29ybGQ="])
def test_another_text_is_no_code(pasted: str) -> None:
    assert problem(pasted) == CodeProblem.NOT_A_CODE


def test_a_code_of_another_sign_in_is_said_to_be_one() -> None:
    assert problem(encoded("another")) == problem(encoded("another", "")) == CodeProblem.OTHER_STATE


def test_a_code_without_its_end_is_truncated() -> None:
    """Except after a whole group of four letters within the code: nothing shows that cut."""
    whole, before_code = encoded("s" * 30), encoded("s" * 30, "")
    for length in range(len("c3RhdGU9"), len(whole)):
        if length <= len(before_code) or length % 4:
            assert problem(whole[:length], "s" * 30) == CodeProblem.TRUNCATED


def test_a_character_that_is_not_of_base64_makes_it_another_text() -> None:
    assert problem(f"{encoded()[:8]}%%%%{encoded()[8:]}") == CodeProblem.NOT_A_CODE
