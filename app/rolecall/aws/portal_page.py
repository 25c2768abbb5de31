"""What the page of an access portal says: where a company's own address leads, and a region.

A company's own address leads to a portal of AWS, with one redirect. The rules are those of the AWS
CLI (`awscli.customizations.sso.resolve`): HEAD, or GET if the server does not know that, and a
target on a host of AWS. No header or body of the user goes there.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from rolecall.aws.call import call
from rolecall.aws.hosts import host_in
from rolecall.aws.session import Clients
from rolecall.domain import start_url
from rolecall.domain.errors import PortalNotFound, StartUrlInvalid
from rolecall.domain.start_url import StartUrlProblem
from rolecall.domain.text import safe
from rolecall.domain.web_address import is_public

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.httpsession import URLLib3Session

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_METHOD_UNKNOWN: Final = frozenset({405, 501})
_LONGEST_SHOWN: Final = 200
_LONGEST_PAGE: Final = 65536  # bytes that are read of it
_META: Final = re.compile(rb"<meta\s[^>]*>", re.IGNORECASE)
_META_NAME: Final = re.compile(rb"""\sname=["']region["']""", re.IGNORECASE)
_META_CONTENT: Final = re.compile(rb"""\scontent=["']([a-z0-9-]+)["']""", re.IGNORECASE)


class PortalProblem(StrEnum):
    """Why an address leads to no portal: `PortalNotFound.problem`."""

    NO_REDIRECT = "no-redirect"  # a page, or an error with the status `detail`
    LOOP = "loop"  # it leads back to its host
    NOT_HTTPS = "target-not-https"
    NOT_OF_AWS = "target-not-of-aws"
    NOT_A_PORTAL = "target-not-a-portal"  # of AWS, but nobody signs in there


def portal_behind(clients: Clients, address: str) -> str:
    """Return the start URL of AWS that a company's own start URL leads to.

    Raises PortalNotFound, ServiceError, ClientSettingInvalid.
    """
    session = clients.pages(address)
    location = call(host_in(address), "HEAD", lambda: _location(session, address))
    return _checked(address, location)


def region_on_page(clients: Clients, portal: str) -> str:
    """Return the region that the page of a portal of AWS names, or the page to which it leads;
    empty if they name none.

    The page has `<meta name="region" content="…">`, as users report. So it is only a sign. Raises
    ServiceError, ClientSettingInvalid.
    """
    session = clients.pages(portal)

    def read() -> tuple[str, bytes]:
        answer = _sent(session, "GET", portal)
        try:
            return answer.headers.get("Location", ""), answer.raw.read(_LONGEST_PAGE)
        finally:
            answer.raw.close()

    location, page = call(host_in(portal), "GET", read, tries=1)
    if location:
        return start_url.region_named(urljoin(portal, location))
    named = (each[0] for each in _META.finditer(page) if _META_NAME.search(each[0]))
    found = [content[1] for each in named if (content := _META_CONTENT.search(each))]
    return found[0].decode() if found else ""


def _location(session: URLLib3Session, address: str) -> str:
    answer = _ask(session, "HEAD", address)
    if answer.status_code in _METHOD_UNKNOWN:
        answer = _ask(session, "GET", address)
    location = answer.headers.get("Location", "")
    if answer.status_code not in _REDIRECTS or not location:
        raise PortalNotFound(address, PortalProblem.NO_REDIRECT, str(answer.status_code))
    return location


def _ask(session: URLLib3Session, method: str, address: str) -> AWSResponse:
    answer = _sent(session, method, address)
    answer.raw.close()  # nobody needs the page
    return answer


def _sent(session: URLLib3Session, method: str, address: str) -> AWSResponse:
    """Send the request, and return the answer before its page is read."""
    from botocore.awsrequest import AWSRequest

    answer: AWSResponse = session.send(AWSRequest(method, address, stream_output=True).prepare())
    return answer


def _checked(address: str, location: str) -> str:
    """Return the target as a start URL. A false one would get the user's password."""
    detail = safe(location[:_LONGEST_SHOWN])
    try:
        target = urljoin(address, location)
        parts = urlsplit(target)
        if parts.hostname == urlsplit(address).hostname:
            raise PortalNotFound(address, PortalProblem.LOOP, detail)
        if parts.scheme != "https":
            raise PortalNotFound(address, PortalProblem.NOT_HTTPS, detail)
        portal = start_url.normalise(target)
        if not is_public(portal):
            raise PortalNotFound(address, PortalProblem.NOT_OF_AWS, detail)
    except StartUrlInvalid as error:
        is_no_portal = error.problem in {
            StartUrlProblem.NOT_A_PORTAL,
            StartUrlProblem.ACCOUNT_ACCESS,
        }
        # amazonaws.com also has hosts of customers, such as those of S3.
        is_of_aws = is_no_portal and start_url.is_of_aws(start_url.host_of(error.typed))
        problem = PortalProblem.NOT_A_PORTAL if is_of_aws else PortalProblem.NOT_OF_AWS
        raise PortalNotFound(address, problem, detail) from None
    except ValueError:
        raise PortalNotFound(address, PortalProblem.NOT_OF_AWS, detail) from None
    if not start_url.is_of_aws(urlsplit(portal).hostname or ""):
        raise PortalNotFound(address, PortalProblem.NOT_OF_AWS, detail)
    return portal
