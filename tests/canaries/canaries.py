"""The secrets of a machine, and how to find them however they were changed."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

_SHORTEST: Final = 16  # characters of a secret; a part of half its length is found, too
# What the answers of the services have in it, and where the clients keep it.
_IN_ANSWERS: Final = {
    "accessToken": "token",
    "refreshToken": "token",
    "clientSecret": "token",
    "idToken": "token",
    "deviceCode": "device code",
    "secretAccessKey": "role",
    "sessionToken": "role",
}


class Kind(Enum):
    """Where a secret comes from, which decides where it may be."""

    TOKEN = "token"
    ROLE = "role"
    DEVICE_CODE = "device code"
    FILE = "file"
    VARIABLE = "variable"
    PROCESS = "process"


class Canaries:
    """Secrets by their names. `rewrite` collects those of a demo server."""

    def __init__(self) -> None:
        self._found: dict[str, Kind] = {}

    def plant(self, kind: Kind) -> str:
        """Return a new secret that is written to a file or variable."""
        secret = f"canary+{secrets.token_urlsafe(30)}/Y"
        self.add(secret, kind)
        return secret

    def add(self, secret: str, kind: Kind) -> None:
        assert len(secret) >= _SHORTEST
        self._found[secret] = kind

    def rewrite(self, _operation: str, content: Any) -> Any:
        """Collect the secrets of an answer. For `DemoServer.rewrite`."""
        if isinstance(content, dict):
            for key, value in content.items():
                if key in _IN_ANSWERS and isinstance(value, str):
                    self.add(value, Kind(_IN_ANSWERS[key]))
                self.rewrite("", value)
        return content

    def kinds(self) -> set[Kind]:
        return set(self._found.values())

    def find(self, data: bytes, *, allowed: Iterable[Kind] = ()) -> list[str]:
        """Return the kinds of the secrets in the data, and in which form they are there."""
        allowed = set(allowed)
        text = data.replace(b"\n", b"").replace(b"\r", b"")  # a screen or a mail wraps lines
        found = []
        for secret, kind in self._found.items():
            if kind not in allowed:
                found += [
                    f"{kind.value} {form}"
                    for form, part in _forms(secret)
                    if part in data or part in text
                ]
        return found

    def find_in_folder(self, folder: Path) -> Iterator[tuple[Path, list[str]]]:
        """Yield the files below a folder that have secrets, with the kinds of all of these."""
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (found := self.find(path.read_bytes())):
                yield path, found


@cache
def _forms(secret: str) -> tuple[tuple[str, bytes], ...]:
    """Return the secret and parts of it as they are, and encoded."""
    return tuple(_made_forms(secret))


def _made_forms(secret: str) -> Iterator[tuple[str, bytes]]:
    half = len(secret) // 2
    for name, part in (("start", secret[:half]), ("end", secret[-half:])):
        yield f"as it is, its {name}", part.encode()
        yield f"in lower case, its {name}", part.lower().encode()
        yield f"reversed, its {name}", part[::-1].encode()
        yield f"quoted for URLs, its {name}", quote(part, safe="").encode()
        yield f"as JSON, its {name}", json.dumps(part)[1:-1].encode()
        yield f"in hex, its {name}", part.encode().hex().encode()
        yield f"in UTF-16, its {name}", part.encode("utf-16-le")
    for shift in range(3):
        # Without the characters that depend on what is before and after the secret.
        encoded = base64.b64encode(b"\0" * shift + secret.encode())
        yield "in base64", encoded[4 : 4 + len(encoded) // 2]
