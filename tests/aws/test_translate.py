"""The domain's errors for answers of a broken server, or of one that is no Identity Center."""

from __future__ import annotations

import socket
import threading

import pytest

from rolecall.aws.portal import Portal
from rolecall.aws.role import assume_role
from rolecall.aws.session import Clients
from rolecall.aws.translate import AnswerProblem
from rolecall.domain.errors import (
    AccessRefused,
    NotFound,
    NotIdentityCenter,
    RequestRejected,
    ServiceError,
    ServiceFault,
    SignInNeeded,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from rolecall.domain.model import AccessToken, Credentials, Secret, SsoSession
from rolecall.domain.text import safe
from tests.support.network.web_server import Answer, Answering

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


def modelled(name: str) -> dict[str, str]:
    return {**JSON, "x-amzn-ErrorType": f"{name}:http://internal.amazon.com/coral/"}


def ask(url: str) -> Exception:
    session = SsoSession("corp", "https://acme.awsapps.com/start", "eu-west-1")
    portal = Portal(Clients({"AWS_ENDPOINT_URL_SSO": url}).portal("eu-west-1"), session)
    token = AccessToken("", "", Secret("hush"), expires_at=None)  # type: ignore[arg-type]
    with pytest.raises((ServiceError, SignInNeeded)) as caught:
        portal.permission_sets(token, "123456789012")
    assert "hush" not in str(caught.value)
    if isinstance(caught.value, ServiceError):
        assert caught.value.operation == "ListAccountRoles"
        assert caught.value.host == url.removeprefix("http://")
    if isinstance(caught.value, UnexpectedAnswer):
        assert caught.value.detail in list(AnswerProblem)
    return caught.value


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((200, HTML, b"<html>Welcome to the Wi-Fi"), UnexpectedAnswer),
        ((200, JSON, b"{}"), UnexpectedAnswer),
        ((200, JSON, b""), UnexpectedAnswer),
        ((200, JSON, b"[]"), UnexpectedAnswer),
        ((200, JSON, b'{"roleList": 5}'), UnexpectedAnswer),
        ((200, JSON, b'{"roleList": [{}]}'), UnexpectedAnswer),
        ((200, JSON, b'{"roleList": [{"roleName": "A"'), UnexpectedAnswer),
        ((200, JSON, b"\xff\xfe\x00"), UnexpectedAnswer),
        ((301, {**HTML, "Location": "/login"}, b"moved"), NotIdentityCenter),
        ((404, HTML, b"<h1>Not found"), NotIdentityCenter),
        ((404, JSON, b'{"detail": "no such page"}'), NotIdentityCenter),
        ((403, HTML, b"<h1>Blocked by the proxy"), NotIdentityCenter),
        ((501, HTML, b"<h1>Unsupported method"), NotIdentityCenter),
        ((401, modelled("UnauthorizedException"), b'{"message": "ended"}'), SignInNeeded),
        ((403, modelled("ForbiddenException"), b'{"message": "No access"}'), AccessRefused),
        ((404, modelled("ResourceNotFoundException"), b'{"message": "?"}'), NotFound),
        ((429, modelled("TooManyRequestsException"), b"{}"), Throttled),
        ((429, HTML, b"slow down"), Throttled),
        ((400, modelled("InvalidRequestException"), b'{"message": "no"}'), RequestRejected),
        ((500, HTML, b"oops"), ServiceFault),
        ((503, modelled("ServiceUnavailableException"), b"{}"), ServiceFault),
    ],
)
def test_each_bad_answer_becomes_its_error(
    answering: Answering, answer: Answer, error: type[Exception]
) -> None:
    assert type(ask(answering(answer))) is error


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        *[("7", 7.0), ("0.5", 0.5), ("-1", None), ("1e9", None), ("soon", None), ("", None)],
        *[("Tue, 01 Dec 2020 12:00:30 GMT", 30.0), ("Tue, 01 Dec 2020 11:59:59 GMT", None)],
        *[("Tue, 01 Dec", None), ("Wed, 02 Dec 2020 12:00:00 GMT", None)],
    ],
)
def test_retry_after_is_read_in_seconds_or_as_a_date(
    answering: Answering, header: str, seconds: float | None
) -> None:
    headers = {**JSON, "Date": "Tue, 01 Dec 2020 12:00:00 GMT", "Retry-After": header}
    error = ask(answering((429, headers, b"{}")))
    assert isinstance(error, Throttled)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, "AccessDenied", AccessRefused),
        (403, "ExpiredToken", RequestRejected),
        (400, "ValidationError", RequestRejected),
    ],
)
def test_an_error_of_sts_keeps_its_sentence(
    answering: Answering, status: int, code: str, error: type[Exception]
) -> None:
    body = (
        f"<ErrorResponse><Error><Code>{code}</Code><Message>because of this</Message></Error>"
        "</ErrorResponse>"
    )
    url = answering((status, {"Content-Type": "text/xml"}, body.encode()))
    keys = Credentials("AKIDEXAMPLE", Secret("s"), None)
    client = Clients({"AWS_ENDPOINT_URL_STS": url}).sts("eu-west-1", keys)
    with pytest.raises(error, match="because of this"):
        assume_role(client, {"RoleArn": "arn:aws:iam::123456789012:role/Ops"}, "x1")


def test_text_from_the_server_is_made_safe(answering: Answering) -> None:
    body = b'{"message": "\\u001b[31mred\\u202e"}'
    error = ask(answering((403, modelled("ForbiddenException"), body)))
    assert isinstance(error, AccessRefused)
    assert error.detail == safe("\x1b[31mred\u202e")
    assert "\x1b" not in error.detail


def test_a_request_is_made_once(answering: Answering) -> None:
    """botocore's own retries would sleep and could not be cancelled."""
    asked = []

    class Counted(bytes):
        def __len__(self) -> int:
            asked.append(1)
            return super().__len__()

    ask(answering((500, JSON, Counted(b"{}"))))
    assert len(asked) == 1


class TestNoConnection:
    def test_a_refused_connection_is_the_reason(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        error = ask(f"http://127.0.0.1:{port}")
        assert isinstance(error, Unreachable)
        assert error.reason == "refused"

    def test_an_unknown_host_name_is_the_reason(self) -> None:
        error = ask("http://portal.invalid")
        assert isinstance(error, Unreachable)
        assert error.reason == "name-unknown"

    def test_a_connection_closed_without_an_answer_is_unreachable(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def close() -> None:
                listener.accept()[0].close()

            threading.Thread(target=close, daemon=True).start()
            error = ask(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert isinstance(error, Unreachable)
        assert error.reason == "closed"

    def test_an_answer_that_is_late_is_the_reason(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rolecall.aws.session.READ_TIMEOUT", 0.05)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            error = ask(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert isinstance(error, Unreachable)
        assert error.reason == "timed-out"

    def test_plain_http_instead_of_tls_is_unreachable(self, answering: Answering) -> None:
        url = answering((200, JSON, b"{}"))
        session = SsoSession("corp", "", "eu-west-1")
        clients = Clients({"AWS_ENDPOINT_URL_SSO": url.replace("http:", "https:")})
        token = AccessToken("", "", Secret("hush"), expires_at=None)  # type: ignore[arg-type]
        with pytest.raises(Unreachable) as caught:
            Portal(clients.portal("eu-west-1"), session).permission_sets(token, "1")
        assert caught.value.reason == "certificate"
