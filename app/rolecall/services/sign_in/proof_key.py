"""PKCE (RFC 7636): what proves that a sign-in ends in the process that began it."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import NamedTuple

from rolecall.domain.model import Secret


class ProofKey(NamedTuple):
    """The challenge is sent at the beginning, the verifier with the code."""

    verifier: Secret
    challenge: str


def new_proof_key() -> ProofKey:
    """Return a new one, with a verifier of 32 random bytes, as the RFC recommends."""
    verifier = secrets.token_urlsafe()
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return ProofKey(Secret(verifier), challenge)
