"""Which of its keys give a profile its credentials: the same as for botocore."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import product

import pytest

from rolecall.domain.errors import NoCredentials, RolecallError
from rolecall.domain.model import Credentials, Secret
from tests.services.credentials.test_credentials import ADMIN, AUDIT
from tests.support.desk import Desk
from tests.support.programs import completed

_SSO = (
    "",
    "sso_session = corp\n",
    f"sso_account_id = {AUDIT}\nsso_role_name = {ADMIN}\n",
    f"sso_session = corp\nsso_account_id = {AUDIT}\nsso_role_name = {ADMIN}\n",
)
_ROLE = f"role_arn = arn:aws:iam::{AUDIT}:role"

# Prints the access key ID of each profile, or null, and that of the last AssumeRole before it.
_BOTOCORE = """
import json, re, sys
import botocore.session

found = {}
for name in json.load(sys.stdin):
    callers = [None]
    def keep(request, **_):
        header = request.headers["Authorization"]
        header = header.decode() if isinstance(header, bytes) else header
        callers.append(re.search("Credential=([^/]+)", header)[1])
    session = botocore.session.Session(profile=name)
    session.register("before-send.sts.AssumeRole", keep)
    try:
        key_id = session.get_credentials().get_frozen_credentials().access_key
    except Exception:
        key_id = None
    found[name] = key_id, callers[-1]
print(json.dumps(found))
"""


def _keys(keys: Credentials) -> str:
    assert keys.session_token is not None
    return (
        f"aws_access_key_id = {keys.access_key_id}\n"
        f"aws_secret_access_key = {keys.secret_access_key.reveal()}\n"
        f"aws_session_token = {keys.session_token.reveal()}\n"
    )


def _process(keys: Credentials) -> str:
    assert keys.session_token is not None
    answer = {
        "Version": 1,
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_access_key.reveal(),
        "SessionToken": keys.session_token.reveal(),
    }
    return f"credential_process = echo '{json.dumps(answer)}'\n"


@pytest.mark.thorough
def test_it_is_the_same_for_botocore_by_itself_and_as_a_source(desk: Desk) -> None:
    """Profiles with all combinations of keys; `by-x` assumes a role through `x`."""
    desk.clock.now = datetime.now(UTC)
    desk.sign_in()
    service = desk.services.credentials
    base, in_config, in_credentials, of_process = (
        service.of_role(desk.session, *each)
        for each in (
            ("656444254726", ADMIN),
            ("656444254726", "AWSReadOnlyAccess"),
            (AUDIT, "AWSReadOnlyAccess"),
            (AUDIT, "ViewOnlyAccess"),
        )
    )
    config, credentials, names = f"[profile base]\n{_keys(base)}", "", []
    choices = product(
        _SSO, ("", _keys(in_config)), ("", _process(of_process)), (False, True), (False, True)
    )
    for number, (sso, keys, process, has_role, is_stored) in enumerate(choices):
        name = f"p{number}"
        role = f"{_ROLE}/{name}\nsource_profile = base\n" if has_role else ""
        config += f"[profile {name}]\nregion = eu-west-1\n{sso}{keys}{process}{role}"
        config += (
            f"[profile by-{name}]\nregion = eu-west-1\n{_ROLE}/by-{name}\nsource_profile = {name}\n"
        )
        credentials += f"[{name}]\n{_keys(in_credentials)}" if is_stored else ""
        names += [name, f"by-{name}"]
    desk.add(config)
    desk.services.locations.credentials.write_text(credentials)
    known = {
        base.access_key_id: "base",
        in_config.access_key_id: "in config",
        in_credentials.access_key_id: "in credentials",
        of_process.access_key_id: "process",
        None: "none",
    }
    theirs = _by_botocore(desk, names)
    ours = {}
    for name in names:
        desk.server.calls.clear()
        try:
            key_id: str | None = service.of_profile(name).access_key_id
        except RolecallError:
            key_id = None
        callers = [each.access_key_id for each in desk.server.calls.all("AssumeRole")]
        ours[name] = key_id, callers[-1] if callers else None

    def named(found: Mapping[str, tuple[str | None, str | None]]) -> dict[str, list[str]]:
        return {name: [known.get(each, "other") for each in pair] for name, pair in found.items()}

    assert named(ours) == named(theirs)
    assert {source for pair in named(ours).values() for source in pair} == {
        *known.values(),
        "other",
    }


def test_keys_and_their_token_are_of_one_file(desk: Desk) -> None:
    """Keys that were replaced in one file may still be in the other, with their token."""
    old = "aws_access_key_id = ASIAOLD\naws_secret_access_key = old\naws_session_token = old\n"
    key_id, secret = "aws_access_key_id = AKIANEW\n", "aws_secret_access_key = new\n"
    expired = "expiration = 2020-01-01T00:00:00Z\n"
    desk.add(
        f"[profile replaced]\n{old}{expired}[profile left]\n{old}"
        f"[profile halves]\n{key_id}[profile two-names]\n{old}aws_security_token = older\n",
    )
    desk.services.locations.credentials.write_text(
        f"[replaced]\n{key_id}{secret}[left]\nregion = eu-west-1\n[halves]\n{secret}"
    )
    service = desk.services.credentials

    def token(name: str) -> str:
        found = service.of_profile(name)
        return found.session_token.reveal() if found.session_token else ""

    assert service.of_profile("replaced") == Credentials("AKIANEW", Secret("new"))
    assert (token("left"), token("two-names")) == ("old", "older")
    with pytest.raises(NoCredentials):
        service.of_profile("halves")
    names = ["replaced", "left", "halves", "two-names"]
    theirs = {name: key_id for name, (key_id, _) in _by_botocore(desk, names).items()}
    assert theirs == {
        "replaced": "AKIANEW", "left": "ASIAOLD", "halves": None, "two-names": "ASIAOLD",
    }  # fmt: skip


def _by_botocore(desk: Desk, names: list[str]) -> dict[str, tuple[str | None, str | None]]:
    output = completed(
        [sys.executable, "-c", _BOTOCORE],
        {"PATH": "/usr/bin:/bin", **desk.environ},
        input=json.dumps(names),
    ).stdout
    return {name: (key_id, caller) for name, (key_id, caller) in json.loads(output).items()}
