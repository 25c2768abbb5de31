"""The host that a client asks.

botocore finds it for each call by the rules for endpoints of the service. The address that it shows
for a client, `meta.endpoint_url`, follows older rules: for account access manager it names a host
that does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from botocore.client import BaseClient


def host_in(address: str) -> str:
    """Return host and port of an address, as they are shown: without user and password."""
    return urlsplit(address).netloc.rpartition("@")[2]


class _Asked:
    """The host of the calls of one client; empty before the first."""

    def __init__(self) -> None:
        self.host = ""

    def note(self, params: dict[str, Any], **_: object) -> None:
        self.host = host_in(params["url"])


_ASKED: WeakKeyDictionary[BaseClient, _Asked] = WeakKeyDictionary()


def note_host_of(client: BaseClient) -> None:
    """Begin to note which host the client asks."""
    asked = _ASKED[client] = _Asked()
    client.meta.events.register("before-call", asked.note)


def host_of(client: BaseClient) -> str:
    """Return the host that the client asked last, or the one that it will ask."""
    asked = _ASKED.get(client)
    return (asked and asked.host) or host_in(client.meta.endpoint_url)
