"""The demo server in a separate process, so that it takes no time from a measured program."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Self

from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE, AccessToken, Secret, with_tenant_scopes


@dataclass(frozen=True)
class Counts:
    """Calls by operation, calls that were answered 429, and lists of permission sets by account."""

    operations: Counter[str]
    throttled: int
    listed: Counter[str]

    @property
    def calls(self) -> int:
        return sum(self.operations.values())


class FarServer:
    """`options` are fields of `DemoOptions`, except `clock`."""

    def __init__(self, **options: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._near, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far, options), daemon=True)
        self._process.start()
        self.url, self.start_url, self.region, self.endpoints, self.tenant = self._near.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._near.send("stop")
        self._process.join()

    def sign_in(self) -> AccessToken:
        self._near.send("sign in")
        value, expires_at = self._near.recv()
        return AccessToken(self.start_url, self.region, Secret(value), expires_at)

    def counts(self) -> Counts:
        """Return the counts since the last call of this method."""
        self._near.send("counts")
        operations, throttled, listed = self._near.recv()
        return Counts(operations, throttled, listed)


def _serve(near: Connection, options: dict[str, Any]) -> None:
    with DemoServer(DemoOptions(**options)) as server:
        at = server.url, server.start_url, server.region, server.endpoints, server.tenant
        near.send(at)
        scopes = with_tenant_scopes(None) if server.tenant else (ACCOUNT_ACCESS_SCOPE,)
        while (request := near.recv()) != "stop":
            if request == "sign in":
                token = server.sign_in(scopes)
                near.send((token.value.reveal(), token.expires_at))
            else:
                calls = server.calls.all()
                server.calls.clear()
                listed = [
                    call.account_id
                    for call in calls
                    if call.operation == "ListAccountRoles" and call.status == 200
                ]
                operations = Counter(call.operation for call in calls)
                near.send((operations, sum(c.status == 429 for c in calls), Counter(listed)))
