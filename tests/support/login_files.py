"""Login sessions as the AWS CLI 2.32 and later writes them."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from pathlib import Path

from rolecall.domain.login_session import LONGEST_SESSION
from rolecall.domain.timestamps import write_time
from rolecall.files.caches.login_file import login_stem

ALICE = "arn:aws:iam::038410265977:user/alice"
KEY = "-----BEGIN EC PRIVATE KEY-----\nTm90IGEga2V5\n-----END EC PRIVATE KEY-----\n"
PROFILE = f"[profile console]\nlogin_session = {ALICE}\nregion = eu-west-1\n"


def id_token(arn: str, began_at: datetime | None) -> str:
    """Return a token about the identity, with a signature that nobody checks."""
    claims: dict[str, object] = {"sub": arn}
    if began_at is not None:
        claims["iat"] = int(began_at.timestamp())
    parts = [{"alg": "none"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode() for each in parts]
    return ".".join([each.rstrip("=") for each in encoded] + ["c2ln"])


def fields(
    now: datetime, arn: str = ALICE, *, left: timedelta, of_session: timedelta = LONGEST_SESSION
) -> dict[str, object]:
    """Return the content of a file whose keys and session have so much time left."""
    return {
        "accessToken": {
            "accessKeyId": "ASIALOGIN",
            "secretAccessKey": "secret-of-login",
            "sessionToken": "token-of-login",
            "accountId": arn.split(":")[4],
            "expiresAt": write_time(now + left),
        },
        "tokenType": "aws_sigv4",
        "clientId": "arn:aws:signin:::devtools/cross-device",
        "refreshToken": "refresh-of-login",
        "idToken": id_token(arn, now + of_session - LONGEST_SESSION),
        "dpopKey": KEY,
    }


def write(folder: Path, content: dict[str, object], arn: str = ALICE) -> Path:
    """Write the file of a login session in the cache folder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{login_stem(arn)}.json"
    path.write_text(json.dumps(content))
    path.chmod(0o600)
    return path
