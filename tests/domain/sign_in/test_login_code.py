"""The code that is pasted at the end of a sign-in with console credentials."""

from __future__ import annotations

import base64
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.aws.regions import regions
from rolecall.domain.errors.login_errors import LoginCodeInvalid
from rolecall.domain.partitions import partition_of
from rolecall.domain.sign_in.likely_regions import likely_regions
from rolecall.domain.sign_in.login_code import CodeProblem, read_code
from rolecall.domain.sign_in.sign_in_key import bare_url, sign_in_key

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


URL = "https://d-1234567890.awsapps.com/start"


def test_spellings_of_one_portal_have_one_key() -> None:
    for spelling in (URL, f"{URL}/", f"{URL}#", f"{URL}/#/", URL.replace("d-", "D-").upper()):
        assert sign_in_key("corp", spelling) == ("corp", URL)
        assert sign_in_key(spelling, spelling) == (URL, URL)
    assert sign_in_key("Corp", URL) == ("Corp", URL)
    assert bare_url(f"{URL}/x") != bare_url(URL)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_sqlite_makes_the_same_key(url: str) -> None:
    db = sqlite3.connect(":memory:")
    assert db.execute("SELECT lower(rtrim(?, '/#'))", (url,)).fetchone() == (bare_url(url),)
    db.close()


@pytest.mark.parametrize(
    ("url", "first", "partition"),
    [
        ("https://d-1234567890.awsapps.com/start", "us-east-1", "aws"),
        ("https://sso.acme.com/start", "us-east-1", "aws"),
        ("https://aws.acme.eu", "us-east-1", "aws"),
        ("https://start.us-gov-home.awsapps.com/directory/d-1", "us-gov-west-1", "aws-us-gov"),
        (
            "https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/d-1",
            "us-gov-east-1",
            "aws-us-gov",
        ),
        ("https://identitycenter.us-gov.amazonaws.com/ssoins-1", "us-gov-west-1", "aws-us-gov"),
        ("https://start.home.awsapps.cn/directory/d-1", "cn-north-1", "aws-cn"),
        ("https://start.cn-northwest-1.home.awsapps.cn/directory/d", "cn-northwest-1", "aws-cn"),
        ("https://identitycenter.amazonaws.com.cn/ssoins-1", "cn-north-1", "aws-cn"),
        ("https://identitycenter.amazonaws.eu/ssoins-1", "eusc-de-east-1", "aws-eusc"),
    ],
)
def test_the_regions_are_those_of_the_partition(url: str, first: str, partition: str) -> None:
    likely = likely_regions(url, ["", "mars"], regions())
    assert likely[0] == first
    assert sorted(likely) == [each for each in regions() if partition_of(each).name == partition]


def test_regions_in_use_come_first_also_new_ones() -> None:
    used = ["eu-north-9", "cn-north-1", "sa-east-1", "sa-east-1", "eu-west-1"]
    likely = likely_regions("https://d-1.awsapps.com/start", used, regions())
    assert likely[:4] == ["eu-north-9", "sa-east-1", "eu-west-1", "us-east-1"]
    assert len(likely) == len(set(likely))
