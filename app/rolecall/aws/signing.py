"""Signatures with the time of AWS on a machine whose clock is wrong.

AWS refuses a signature that is more than five minutes off, and botocore signs with the clock of the
machine. So botocore's events are used to sign requests here once an answer has shown that the clock
is wrong. If that was the answer to the first request, it is repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.credentials import Credentials

from rolecall.aws.clock_skew import ClockSkew

if TYPE_CHECKING:
    from botocore.client import BaseClient

_MOMENT: Final = "rolecall_moment"  # in the context of a request
_FORBIDDEN: Final = 403


class CorrectedSigning:
    """Signs the requests of one client while `skew` has a difference.

    `keys` are the arguments of botocore's Credentials. `clock` is that of `skew`.
    """

    def __init__(
        self, keys: tuple[str, str, str | None], skew: ClockSkew, clock: Callable[[], datetime]
    ) -> None:
        self._credentials = Credentials(*keys)
        self._skew = skew
        self._clock = clock

    def register(self, client: BaseClient) -> None:
        events: Any = client.meta.events  # the stubs want handlers that return nothing
        service = client.meta.service_model.service_name
        events.register(f"choose-signer.{service}", self._choose_signer)
        events.register(f"before-sign.{service}", self._sign)
        events.register(f"needs-retry.{service}", self._try_again)

    def _choose_signer(self, context: dict[str, Any], **_: object) -> object:
        """Return UNSIGNED if `_sign` signs the request, or None if botocore does."""
        context.pop(_MOMENT, None)
        if not self._skew.difference:
            return None
        context[_MOMENT] = self._clock() + self._skew.difference
        return UNSIGNED

    def _sign(self, request: Any, signing_name: str, region_name: str, **_: object) -> None:
        if moment := request.context.get(_MOMENT):
            scope = {"signing_name": signing_name, "region": region_name}
            scope |= request.context.get("signing", {})
            auth = _AuthAt(self._credentials, scope["signing_name"], scope["region"])
            auth.moment = moment
            auth.add_auth(request)

    def _try_again(self, response: Any, attempts: int, **_: object) -> int | None:
        """Return 0 (try again at once) if the answer has just shown that the clock is wrong."""
        if response is None or attempts > 1 or response[0].status_code != _FORBIDDEN:
            return None
        before = self._skew.difference
        self._skew.measure(response[0])
        return 0 if self._skew.difference and not before else None


class _AuthAt(SigV4Auth):
    """Signs with `moment`. botocore has just set the current time."""

    moment: datetime

    def canonical_request(self, request: Any) -> str:
        text = self.moment.strftime("%Y%m%dT%H%M%SZ")
        request.context["timestamp"] = text
        del request.headers["X-Amz-Date"]
        request.headers["X-Amz-Date"] = text
        return str(super().canonical_request(request))
