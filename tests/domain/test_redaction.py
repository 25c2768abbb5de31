"""Text of the AWS files without secrets."""

from __future__ import annotations

import pytest

from rolecall.domain.access_role import RoleProcess
from rolecall.domain.redaction import hide_secrets, known_key, may_be_secret

_OURS = RoleProcess("rolecall", "corp", "1" * 12, "role/x", f"arn:aws:iam::{'1' * 12}:role/x").text


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("credential_process = /opt/vault --password x y", "credential_process = /opt/vault …"),
        ("credential_process=/opt/vault", "credential_process=/opt/vault"),
        ('Credential_Process : "/opt/my vault" -p x', 'Credential_Process : "/opt/my vault" …'),
        ("credential_process = '/opt/my vault' -p x", "credential_process = '/opt/my vault' …"),
        ('credential_process = "/opt/vault -p x', "credential_process =  …"),
        ("credential_process =\n  /opt/vault -p x", "credential_process =\n  …"),
        ("aws_secret_access_key = x\nregion = y", "aws_secret_access_key = …\nregion = y"),
        ("aws_session_token =\n  x\n\n  y", "aws_session_token =\n  …\n\n  …"),
        ("aws_session_token = x\n\nregion = y\n  z", "aws_session_token = …\n\nregion = y\n  z"),
        ("aws_session_token =\nabc==\nregion = y", "aws_session_token =\n…\nregion = y"),
        ("aws_session_token = x\n\nabc = =\ns3 =", "aws_session_token = …\n\n…\ns3 ="),
        ("[a=b]\nIQoJSE/abc= =\nregion = y", "[a=b]\n…\nregion = y"),
        (f"{'k' * 37} = x\n{'k' * 36} = x", f"…\n{'k' * 36} = x"),
        (
            "# aws_secret_access_key = x\n;aws_session_token=x",
            "# aws_secret_access_key = …\n;aws_session_token=…",
        ),
        ("# a/b = c\na b/c = d", "# a/b = c\na b/c = d"),
        ("s3 =\n\n  max_queue_size = 1", "s3 =\n\n  max_queue_size = 1"),
        (f"credential_process = {_OURS}", f"credential_process = {_OURS}"),
    ],
)
def test_secrets_are_hidden_and_programs_are_left(line: str, shown: str) -> None:
    assert hide_secrets(line) == shown
    as_diff = "\n".join(f"+{each}" for each in line.split("\n"))
    assert hide_secrets(as_diff, is_diff=True) == "\n".join(
        f"+{each}" for each in shown.split("\n")
    )


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("aws_secret_access_key wJalrXUtnFEMI", "aws_secret_access_key"),
        ("AWS_Session_Token: x", "aws_session_token"),
        ("region", "region"),
        ("regions", ""),
        ("outputs json", ""),
        ("wJalrXUtnFEMI/K7MDENG", ""),
        ("aws_", ""),
        ("my_key value", ""),
    ],
)
def test_only_a_key_of_the_clients_is_known_as_one(line: str, key: str) -> None:
    """Any other first word may be a part of a secret."""
    assert known_key(line) == key


@pytest.mark.parametrize(
    ("key", "value", "is_secret"),
    [
        ("region", "", False),
        ("ca_bundle", "/x", False),
        ("iqojsekrit/abc", "=", True),
        ("iqojsekritabc", "=", True),
        ("iqojsekritabc", "", True),
        ("k" * 37, "x", True),
    ],
)
def test_a_key_that_may_be_the_rest_of_a_secret_is_known(
    key: str, value: str, is_secret: bool
) -> None:
    assert may_be_secret(key, value) is is_secret
