"""The code that is pasted at the end of a sign-in with console credentials."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.login_code import CodeProblem, read_code
from rolecall.domain.login_errors import LoginCodeInvalid

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
    assert read_code(whole.rstrip("="), STATE).reveal() == CODE


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
    assert problem(encoded("another")) == CodeProblem.OTHER_STATE


@given(st.integers(min_value=12, max_value=len(encoded("s" * 30)) - 40))
def test_a_code_without_its_end_is_truncated(length: int) -> None:
    assert problem(encoded("s" * 30)[:length], "s" * 30) == CodeProblem.TRUNCATED
