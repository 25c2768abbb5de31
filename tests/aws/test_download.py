"""Files from the web, such as a team's."""

from __future__ import annotations

import pytest

from rolecall.aws.download import download
from rolecall.aws.session import Clients
from rolecall.aws.translate import AnswerProblem
from rolecall.domain.errors import UnexpectedAnswer
from tests.support.web_server import web_server

FILE = b'[sessions.corp]\nstart_url = "https://corp.awsapps.com/start"\n'


def test_a_file_that_arrives_in_part_is_an_error() -> None:
    """It may end with a whole line, and would then remove what it lacks."""
    cut = 200, {"Content-Length": str(2 * len(FILE))}, FILE
    with web_server(cut) as address, pytest.raises(UnexpectedAnswer) as caught:
        download(Clients({}), f"{address}/team.toml", 1000)
    assert caught.value.detail == AnswerProblem.INCOMPLETE


@pytest.mark.parametrize("largest", [len(FILE), len(FILE) - 1, 10])
def test_of_a_large_file_one_byte_more_is_read_than_it_may_have(largest: int) -> None:
    with web_server((200, {}, FILE)) as address:
        assert download(Clients({}), address, largest) == FILE[: largest + 1]
