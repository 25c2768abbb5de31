from __future__ import annotations

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.demo.conftest import Client


def post(
    demo: Client, path: str, method: str = "POST", **form: str
) -> tuple[int, http.client.HTTPMessage, str]:
    """Send a request as a browser does. Redirects are not followed."""
    connection = http.client.HTTPConnection(urlsplit(demo.server.url).netloc, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, urlencode(form) if form else None, headers)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, response.headers, body


def get(demo: Client, path: str) -> tuple[int, str]:
    status, _, body = post(demo, path, method="GET")
    return status, body


def test_the_short_link_asks_for_the_code(demo: Client) -> None:
    status, body = get(demo, "/device")
    assert status == 200
    assert 'name="user_code" value=""' in body


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: code.replace("-", " ")])
def test_allow_gives_the_terminal_its_token(demo: Client, typed: Callable[[str], str]) -> None:
    client = demo.register()
    code = demo.authorize(client)
    status, _, body = post(demo, "/device", user_code=typed(code["userCode"]), decision="allow")
    assert (status, "Allowed" in body) == (200, True)
    assert demo.poll(client, code["deviceCode"])["accessToken"]


@pytest.mark.parametrize("form", [{}, {"decision": "allow"}, {"user_code": "BCDF-GHJK"}])
def test_an_unknown_code_is_not_found(demo: Client, form: dict[str, Any]) -> None:
    demo.authorize(demo.register())
    status, _, body = post(demo, "/device", **form)
    assert status == 404
    assert "not valid" in body
    assert len(demo.server.pending_codes()) == 1


def test_html_in_a_code_is_not_shown(demo: Client) -> None:
    status, body = get(demo, "/device?user_code=%22%3E%3Cscript%3E")
    assert status == 404
    assert "<script>" not in body


def test_the_start_url_is_a_page(demo: Client) -> None:
    assert get(demo, "/start")[0] == get(demo, "/start/")[0] == 200
    assert get(demo, "/favicon.ico")[0] == 404
