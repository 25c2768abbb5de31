"""Text of the AWS files without secrets."""

from __future__ import annotations

from rolecall.domain.access_role import RoleProcess
from rolecall.domain.config.redaction import hide_secrets, known_key, may_be_secret, shown_location
from rolecall.domain.text import hide_userinfo
from tests.support.for_each import for_each

_OURS = RoleProcess("rolecall", "corp", "1" * 12, "role/x", f"arn:aws:iam::{'1' * 12}:role/x").text
_OF_PROFILE = "rolecall credential-process --profile prod"


@for_each(
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
        ("aws_session_token =\n  x=\n# y\n  z=", "aws_session_token =\n  …\n# y\n  …"),
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
        (f"credential_process = {_OF_PROFILE}", f"credential_process = {_OF_PROFILE}"),
        (f"credential_process = {_OF_PROFILE} --password x", "credential_process = rolecall …"),
        ("credential_process = vault credential-process prod", "credential_process = vault …"),
        (
            "# http://u:pw@a.example\nendpoint_url = https://u:p@w@a.example:4566/x",
            "# http://…@a.example\nendpoint_url = https://…@a.example:4566/x",
        ),
        ("u:pw@a.example\nexport https_proxy=u:pw@a:80", "…@a.example\nexport https_proxy=…@a:80"),
        ("export http_proxy=http://u:pw@a TOKEN=x", "export http_proxy=http://…@a TOKEN=…"),
        ('credential_process = "https://u:pw@a"', 'credential_process = "https://…@a"'),
        ("[ -t 1 ] && export http_proxy=http://u:pw@a", "[ -t 1 ] && export http_proxy=http://…@a"),
    ],
)
def test_secrets_are_hidden_and_programs_are_left(line: str, shown: str) -> None:
    assert hide_secrets(line) == shown
    as_diff = "\n".join(f"+{each}" for each in line.split("\n"))
    assert hide_secrets(as_diff, is_diff=True) == "\n".join(
        f"+{each}" for each in shown.split("\n")
    )


@for_each(
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


@for_each(
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


_ACCESS_KEY = "Zq9AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+a"


@for_each(
    "key",
    [
        "export AWS_SECRET_ACCESS_KEY=",
        "export AWS_SESSION_TOKEN='",
        "SET AWS_SECRET_ACCESS_KEY=",
        "setx AWS_SECRET_ACCESS_KEY ",
        "set -gx AWS_SECRET_ACCESS_KEY ",
        '$env:AWS_SECRET_ACCESS_KEY = "',
        '$Env:AWS_SESSION_TOKEN="',
        'declare -x AWS_SECRET_ACCESS_KEY="',
        "# export AWS_SECRET_ACCESS_KEY=",
        ";;  setenv AWS_SESSION_TOKEN ",
        "aws secret access key = ",
        "aws secret access key ",
        "AWS-Secret-Access-Key: ",
        "awssecretaccesskey=",
        "aws_session_token ",
        "SecretAccessKey = ",
        '"SecretAccessKey": "',
        "  'sessionToken' : '",
        '{"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "',
        "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=",
        "region = eu-west-1 ; aws_secret_access_key = ",
        "refreshToken=",
        "access_token: ",
        "client secret = ",
        "idToken = ",
        "deviceCode: ",
        "x_password = ",
        "db.password = ",
        "private-key = ",
        "GITHUB_TOKEN=",
        "export OPENAI_API_KEY=",
        "export STRIPE_KEY='",
        "export AWS_ACCESS_KEY=",
        "export DB_PASS=",
        "export MYSQL_PWD=",
        "export GITLAB_PAT=",
        "export NPM_AUTH=",
        "alias ask='curl -H \"Authorization: ",
        "setenv GITHUB_TOKEN ",
        "setenv  OPENAI_API_KEY  ",
        "set -gx --export DEPLOY_PASSWORD '",
        "# credential_process = /opt/vault ",
    ],
)
def test_a_secret_is_hidden_however_its_key_is_written(key: str) -> None:
    hidden = hide_secrets(f"{key}{_ACCESS_KEY}==\nregion = x")
    before = key.rstrip("\"'")
    assert hidden == f"{before}…\nregion = x"
    assert hide_secrets(f"+{key}{_ACCESS_KEY}==", is_diff=True) == f"+{before}…"


@for_each(
    "line",
    [
        "[profile my-secret:prod]",
        "[sso-session token:a]",
        "sso_session = secret-session",
        "sso_start_url = https://token.awsapps.com/start",
        "sso_role_name = SecretsReader",
        "aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
        "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "role_session_name = token",
        "role_arn = arn:aws:iam::012345678901:role/secret:x",
        "web_identity_token_file = /var/token",
        "export AWS_WEB_IDENTITY_TOKEN_FILE=/var/token",
        "aws_session_token_expiration = 2026-01-01T00:00:00Z",
        "x_security_token_expires = 2026-01-01T00:00:00Z",
        "secretsmanager =\n  endpoint_url = http://127.0.0.1:4566",
        "secrets_manager =\n  endpoint_url = http://127.0.0.1:4566",
        "endpoint_url = https://secretsmanager.eu-west-1.amazonaws.com:443",
        "region=",
        "# the secret is in the vault",
        "# a session token expires",
        "export SSH_PUBLIC_KEY=ssh-ed25519",
        "export TLS_KEY_FILE=/etc/key",
        "export X_COMPAT=1",
        'key = "K"',
        "setenv EDITOR vi",
        "setenv AWS_PROFILE a:b",
        "[profile u:x@a.example]",
        "[u:x@a.example]",
        "mfa_serial = arn:aws:iam::012345678901:mfa/me@a.example",
        "role_session_name = me@a.example",
    ],
)
def test_ordinary_lines_are_left(line: str) -> None:
    assert hide_secrets(f"{line}\nregion = x\n  y") == f"{line}\nregion = x\n  y"


def test_a_key_that_names_a_secret_may_be_one() -> None:
    assert may_be_secret("secretaccesskey", "x")
    assert may_be_secret("github_token", "x")
    assert not may_be_secret("web_identity_token_file", "x")


def test_a_long_line_is_read_in_one_go() -> None:
    """With a search from each of its spaces or colons this would take hours."""
    start = "a = 1" + " " * 20_000 + "/ token = "
    assert hide_secrets(f"{start}hunter2") == f"{start}…"
    for line in ("a:" * 200_000 + " @", "a=" * 200_000 + " @", "@" + "://" * 200_000):
        assert hide_secrets(line) == line


def test_a_key_after_another_value_and_a_space_is_hidden() -> None:
    line = "url=https://a.example/ secret key = "
    assert hide_secrets(f"{line}hunter2") == f"{line}…"


@for_each(
    ("text", "shown"),
    [
        ("http://user:pw@127.0.0.1:1_", "http://…@127.0.0.1:1_"),
        ("http://user:p@w/x#y@host/a", "http://…@host/a"),
        ("HTTPS://token@host", "HTTPS://…@host"),
        ("user:pw@host:80", "…@host:80"),
        ("proxy=user:pw@host:80", "proxy=…@host:80"),
        ("http://host/path", "http://host/path"),
        ("http://u:p@host/path?token=x&y=z", "http://…@host/path?token=…&y=z"),
        ("foo", "foo"),
        ('Invalid endpoint: "http://u:p@a_b", sorry', 'Invalid endpoint: "http://…@a_b", sorry'),
        (
            "arn:aws:sts::1:assumed-role/x/me@a.example",
            "arn:aws:sts::1:assumed-role/x/me@a.example",
        ),
    ],
)
def test_users_and_passwords_of_addresses_are_hidden(text: str, shown: str) -> None:
    assert hide_userinfo(text) == shown


@for_each(
    ("location", "shown"),
    [
        ("/home/me/a?b@c", "/home/me/a?b@c"),
        ("https://a.example/team.toml", "https://a.example/team.toml"),
        ("https://a.example/team.toml?token=x", "https://a.example/team.toml?…"),
        ("https://u:p@a.example/x?y", "https://…@a.example/x?…"),
        ("https://u:p?w@a.example/x", "https://…"),
        ("https://a.example/\x1b?x", "https://a.example/\u241b?…"),
    ],
)
def test_a_location_is_shown_without_what_may_be_a_secret(location: str, shown: str) -> None:
    assert shown_location(location) == shown
