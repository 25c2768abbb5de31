"""Prints the keys of a lease: the `credential_process` of a profile in a seal.

It is a script that needs only the standard library, so that it starts fast. Its argument is a file
with the address of the keys and the token for it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

_SECONDS: Final = 60.0
_KEYS: Final = {
    "AccessKeyId": "AccessKeyId",
    "SecretAccessKey": "SecretAccessKey",
    "SessionToken": "Token",
    "Expiration": "Expiration",
}


def answer_of(address: str, token: str) -> dict[str, Any]:
    """Return what the lend answers, as JSON. Raises OSError, ValueError."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        connection.request(
            "GET",
            address.removeprefix(f"{parts.scheme}://{parts.netloc}"),
            headers={"Authorization": token},
        )
        found: dict[str, Any] = json.load(connection.getresponse())
    except HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()
    return found


def add_profile(folder: Path, found: Mapping[str, Any]) -> None:
    """Add the profile of a request to the config file of the seal, unless it is there."""
    file = folder / found["id"]
    with suppress(FileExistsError):
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(f"{found['address']}\n{found['token']}\n", encoding="utf-8")
        process = f'credential_process = "{sys.executable}" -IS "{__file__}" "{file}"'
        with (folder / "config").open("a", encoding="utf-8") as config:
            config.write(f"\n{found['settings']}{process}\n")


def main(file: str) -> str:
    """Print the keys. Return why there are none, or ""."""
    address, token = Path(file).read_text(encoding="utf-8").split()
    try:
        found = answer_of(address, token)
    except (OSError, ValueError) as error:
        return str(error)
    if "AccessKeyId" not in found:
        return str(found.get("message"))
    sys.stdout.write(json.dumps({"Version": 1, **{n: found[m] for n, m in _KEYS.items()}}))
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) or None)
