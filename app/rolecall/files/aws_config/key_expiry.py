"""When the keys of a section of ~/.aws/credentials expire. Prompts wait for this import."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from rolecall.files.times import read_time

# In order of trust: the first key that is present and readable is when the keys expire. The tools
# that write them are in `presentation/texts/token_strings.py`. The later ones belong to no single
# tool.
EXPIRY_KEYS: Final = (
    "x_security_token_expires",
    "aws_expiration",
    "aws_session_expiration",
    "expiration",
    "aws_credentials_expiry",
    "aws_session_token_expiration",
    "aws_token_expiration",
    "aws_credential_expiration",
    "token_expiration",
)
# The second is what boto 2 called it; botocore reads both.
_TOKEN_KEYS: Final = ("aws_session_token", "aws_security_token")
# "Unique identifiers" in AWS's IAM User Guide.
_LONG_LIVED_PREFIX: Final = "AKIA"
_SHORT_TERM_PREFIX: Final = "ASIA"


def expiry_of(values: Mapping[str, str]) -> tuple[datetime | None, str | None]:
    """Return when the keys of a section expire, and the name of the key that has the time."""
    for key in EXPIRY_KEYS:
        if (found := read_time(values.get(key))) is not None:
            return found, key
    return None, None


def is_long_lived(values: Mapping[str, str]) -> bool:
    """Return whether a section has keys that do not expire."""
    key_id = values.get("aws_access_key_id", "")
    if key_id.startswith((_LONG_LIVED_PREFIX, _SHORT_TERM_PREFIX)):
        return key_id.startswith(_LONG_LIVED_PREFIX)
    return bool(key_id) and not any(map(values.get, _TOKEN_KEYS))


def is_short_term(values: Mapping[str, str]) -> bool:
    """Return whether a section has keys that expire, even if the time is unknown."""
    return bool(values.get("aws_access_key_id")) and not is_long_lived(values)
