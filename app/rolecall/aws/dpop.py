"""Proofs that a request comes from the owner of a key (DPoP, RFC 9449), for login sessions.

They are JSON web tokens signed with ES256. The keys are in the format of the AWS CLI: SEC 1 in PEM.
"""

from __future__ import annotations

import base64
import hashlib
import json
import textwrap
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from rolecall.domain.model import Secret

_BEGIN: Final = "-----BEGIN EC PRIVATE KEY-----"
_END: Final = "-----END EC PRIVATE KEY-----"
_COORDINATE: Final = 32  # bytes of a coordinate on P-256

Prove = Callable[[str], str]


class KeyUnreadable(Exception):
    """The text is not a private key."""


def new_key() -> Secret:
    """Return a new private key. Raises ImportError if awscrt is missing.

    awscrt exports a number that begins with zeros without them, and then cannot read the key again:
    one key in 256, which is not taken.
    """
    from awscrt.crypto import EC, ECExportFormat, ECType

    while True:
        data = EC.new_generate(ECType.P_256).export_key(ECExportFormat.SEC1)
        with suppress(ValueError, RuntimeError):
            EC.new_key_from_der_data(data)
            break
    lines = textwrap.wrap(base64.b64encode(data).decode(), 64)
    return Secret("\n".join([_BEGIN, *lines, _END, ""]))


def prover(key: Secret, now: Callable[[], datetime]) -> Prove:
    """Return what makes the proof for a POST to an address, at the time that `now` then returns.

    Raises KeyUnreadable, and ImportError if awscrt is missing.
    """
    from awscrt.crypto import EC

    lines = [line for line in key.reveal().splitlines() if not line.startswith("-----")]
    try:
        private = EC.new_key_from_der_data(base64.b64decode("".join(lines), validate=True))
        x, y = private.get_public_coords()
    except (ValueError, RuntimeError):  # of awscrt
        raise KeyUnreadable from None

    def prove(address: str) -> str:
        jwk = {"kty": "EC", "x": _encoded(x), "y": _encoded(y), "crv": "P-256"}
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}
        claims = {
            "htm": "POST",
            "htu": address,
            "iat": int(now().timestamp()),
            "jti": str(uuid.uuid4()),
        }
        parts = [
            _encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)
        ]
        digest = hashlib.sha256(".".join(parts).encode()).digest()
        signature = EC.decode_der_signature_to_padded_pair(private.sign(digest), _COORDINATE)
        return ".".join([*parts, _encoded(signature)])

    return prove


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
