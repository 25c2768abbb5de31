"""What AWS has refused, as the rolecalls of this machine have recorded it.

There is a record for each token file, with the digests of the tokens that AWS refused last: another
token in the file, of any client, is not refused. Nothing here raises. `files.refusals` writes the
records.
"""

from __future__ import annotations

from typing import Final

from rolecall.files.json_fields import load

ACCESS: Final = "accessToken"  # the kinds, by the members of a token file
REFRESH: Final = "refreshToken"
REFUSED_AT: Final = "refusedAt"
PROBLEM: Final = "problem"
SIGNED_OUT: Final = "signed-out"  # the problem if the user has signed out, and the file stays
_FOLDER: Final = "refused"

Record = dict[str, object]


def folder_of(state: str) -> str:
    """Return the folder of the records in rolecall's state folder."""
    return f"{state}/{_FOLDER}"


def record_of(state: str, stem: str) -> Record:
    """Return the record about the token file of this stem; empty if there is none."""
    return load(f"{folder_of(state)}/{stem}.json")


def digest(token: str) -> str:
    """Return what a record keeps of a token. A file can have one that UTF-8 cannot encode."""
    import hashlib

    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def is_refused(record: Record, kind: str, token: object) -> bool:
    """Whether the record says that AWS has refused this token."""
    return kind in record and isinstance(token, str) and record[kind] == digest(token)
