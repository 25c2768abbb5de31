"""Get a small file from the web, such as a team's, with the certificates and proxies of calls."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from rolecall.aws.call import call
from rolecall.aws.hosts import host_in
from rolecall.aws.session import Clients
from rolecall.domain.config.redaction import shown_location
from rolecall.domain.errors.file_errors import TomlInvalid
from rolecall.domain.inventory.annotations import TomlProblem
from rolecall.domain.start_url import is_loopback
from rolecall.domain.web_address import is_public

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.httpsession import URLLib3Session

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5
_CHUNK: Final = 65536
_LONGEST_SHOWN: Final = 200


def download(clients: Clients, address: str, largest: int) -> bytes:
    """Return the content, with one byte more than `largest` if it is larger.

    No header of the user goes there. Raises TomlInvalid, ServiceError, ClientSettingInvalid.
    """
    place = shown_location(address)
    check_address(address, place)
    typed = urlsplit(address)[:2]
    for _ in range(_MOST_REDIRECTS + 1):
        get = partial(_get, clients.pages(address), address, largest)
        status, target, data = call(host_in(address), "GET", get)
        if status == 200:
            return data
        if status not in _REDIRECTS or not target:
            raise TomlInvalid(place, 0, TomlProblem.STATUS, detail=str(status))
        address = _redirected(address, target, typed, place)
    raise TomlInvalid(place, 0, TomlProblem.REDIRECTS)


def _redirected(address: str, target: str, typed: tuple[str, str], place: str) -> str:
    """Return where a redirect leads: to the server that the user typed, or to a public one. Raises
    TomlInvalid.
    """
    try:
        found = urljoin(address, target)
        if urlsplit(found)[:2] == typed or is_public(found):
            return found
    except ValueError:
        found = target
    shown = shown_location(found)
    raise TomlInvalid(place, 0, TomlProblem.REDIRECT_NOT_PUBLIC, detail=shown[:_LONGEST_SHOWN])


def check_address(address: str, place: str) -> None:
    """Raise TomlInvalid unless it is https, or http on this machine, without a password."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise TomlInvalid(place, 0, TomlProblem.NOT_HTTPS) from None
    is_near = parts.scheme == "http" and is_loopback(host)
    if not host or "@" in parts.netloc or not (parts.scheme == "https" or is_near):
        raise TomlInvalid(place, 0, TomlProblem.NOT_HTTPS)


def _get(session: URLLib3Session, address: str, largest: int) -> tuple[int, str, bytes]:
    from botocore.awsrequest import AWSRequest

    request = AWSRequest("GET", address, stream_output=True).prepare()
    answer: AWSResponse = session.send(request)
    try:
        data = _read(answer, largest + 1) if answer.status_code == 200 else b""
    finally:
        answer.raw.close()
    return answer.status_code, answer.headers.get("Location", ""), data


def _read(answer: AWSResponse, most: int) -> bytes:
    """Raises KeyError if not all content has come: urllib3 may not notice that."""
    data = bytearray()
    while len(data) < most and (part := answer.raw.read(min(_CHUNK, most - len(data)))):
        data += part
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and len(data) < min(most, int(length)):
        raise KeyError(len(data))
    return bytes(data)
