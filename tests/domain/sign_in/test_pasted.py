"""What is pasted at the end of a sign-in: a code of the console, or the address of the browser."""

from __future__ import annotations

import base64
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.aws.regions import regions
from rolecall.domain.errors import AuthorizationRejected, CodeInvalid
from rolecall.domain.partitions import partition_of
from rolecall.domain.sign_in.likely_regions import likely_regions
from rolecall.domain.sign_in.pasted import CodeProblem, read_address, read_code
from rolecall.domain.sign_in.sign_in_key import bare_url, sign_in_key
from tests.support.for_each import for_each

STATE = "0f3c9a52-state"
CODE = "eyJhbGciOi_JKV1Qi-code"


def encoded(state: str = STATE, code: str = CODE) -> str:
    return base64.b64encode(f"state={state}&code={code}".encode()).decode()


def problem(pasted: str, state: str = STATE) -> str:
    with pytest.raises(CodeInvalid) as caught:
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


@for_each("pasted", ["hunter2", "https://example.com/", "%%%", "é", "aGVsbG8gd29ybGQ="])
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


class TestTheAddress:
    """Of the browser at the end of a sign-in; `SENT` is the state of this one."""

    SENT = "2HZZyejuWQxGQ53C-zCOgranUmvlSJ4m-Vay-iXI9vE"
    GIVEN = "qYmuuTJOjFO8GjJLaCjNQXTA5WVR8MRWN6RWOAp_emx"
    QUERY = f"code={GIVEN}&state={SENT}"
    ADDRESS = f"http://127.0.0.1:8400/oauth/callback?{QUERY}"

    @classmethod
    def code(cls, pasted: str) -> str:
        return read_address(pasted, cls.SENT).reveal()

    @classmethod
    def problem(cls, pasted: str) -> str:
        with pytest.raises(CodeInvalid) as caught:
            read_address(pasted, cls.SENT)
        return caught.value.problem

    @pytest.mark.parametrize(
        "pasted",
        [
            ADDRESS,
            ADDRESS.removeprefix("http://"),
            f"<{ADDRESS}>",
            f'"{ADDRESS}"',
            f"{ADDRESS}#",
            f"  {ADDRESS[:40]}\r\n   {ADDRESS[40:]}\n",
            f"https://acme-8400.app.github.dev/oauth/callback?{QUERY}",  # forwarded elsewhere
            f"http://127.0.0.1:8400/oauth/callback?state={SENT}&code={GIVEN}",
            QUERY,
            f"?{QUERY}",
            f"state={SENT}&code={GIVEN}",
            f"{GIVEN}&state={SENT}",
            GIVEN,
        ],
    )
    def test_the_whole_address_its_query_and_the_code_alone_give_the_code(
        self, pasted: str
    ) -> None:
        assert self.code(pasted) == self.GIVEN

    def test_an_address_longer_than_a_line_of_a_terminal_is_read(self) -> None:
        long = self.GIVEN * 200
        assert len(long) > 4096
        assert self.code(f"http://127.0.0.1:1/oauth/callback?code={long}&state={self.SENT}") == long
        assert self.code(long) == long

    @pytest.mark.parametrize(
        "pasted",
        [
            "hunter2",
            "BCDF-GHJK",  # a device code
            "https://d-1234567890.awsapps.com/start",
            "d-1234567890.awsapps.com/start",
            f"https://oidc.eu-west-1.amazonaws.com/authorize?state={SENT}&redirect_uri=http%3A%2F",
            "https://example.com/?q=code",
            "これは何ですか。これは何ですか。これは何ですか。",
        ],
    )
    def test_anything_else_is_said_to_be_no_address(self, pasted: str) -> None:
        assert self.problem(pasted) == CodeProblem.NOT_AN_ADDRESS

    @pytest.mark.parametrize("pasted", ["", " \n", "\r\n"])
    def test_nothing_is_asked_for_again(self, pasted: str) -> None:
        assert self.problem(pasted) == CodeProblem.EMPTY

    def test_an_address_without_its_end_or_code_is_truncated(self) -> None:
        """From the host on; before that it is no address."""
        for length in range(len("http://127.0.0.1:"), len(self.ADDRESS)):
            assert self.problem(self.ADDRESS[:length]) == CodeProblem.TRUNCATED
        assert self.problem(f"http://127.0.0.1:8400/?state={self.SENT}") == CodeProblem.TRUNCATED

    def test_an_address_of_another_sign_in_is_said_to_be_one(self) -> None:
        for other in (self.ADDRESS.replace("2HZZ", "3HZZ"), f"{self.ADDRESS}x"):
            assert self.problem(other) == CodeProblem.OTHER_STATE
        assert self.problem("?error=access_denied&state=other") == CodeProblem.OTHER_STATE

    def test_a_denial_and_another_error_are_told_apart(self) -> None:
        assert self.problem(f"?error=access_denied&state={self.SENT}") == CodeProblem.DENIED
        other = f"?error=server_error&error_description=Try+later%1b[2J&state={self.SENT}"
        with pytest.raises(AuthorizationRejected) as caught:
            read_address(other, self.SENT)
        assert (caught.value.code, caught.value.detail) == ("server_error", "Try later␛[2J")

    @given(st.text(st.characters(exclude_categories=())))
    def test_no_text_breaks_it_and_no_address_passes_without_the_state(self, pasted: str) -> None:
        for text in (pasted, f"{self.ADDRESS.partition('?')[0]}?{pasted}", f"code={pasted}"):
            try:
                code = self.code(text)
            except (CodeInvalid, AuthorizationRejected):
                continue
            assert len(code) >= 1
            assert text == pasted or self.SENT in text

    @given(
        st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._~-]{19,300}", fullmatch=True),
        st.integers(0, 400),
        st.sampled_from(["", " ", "\n", "\r\n  "]),
    )
    def test_every_code_comes_back_wherever_a_terminal_breaks_the_address(
        self, code: str, place: int, space: str
    ) -> None:
        for whole in (
            f"http://127.0.0.1:8400/oauth/callback?code={code}&state={self.SENT}",
            f"code={code}&state={self.SENT}",
            code,
        ):
            assert self.code(f"{whole[:place]}{space}{whole[place:]}") == code


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


@for_each(
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
