"""A machine with secrets everywhere, signed in to a demo whose secrets are collected."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.model import SsoSession
from tests.canaries.canaries import Canaries, Kind
from tests.support import logins
from tests.support.desk import Desk, FakeClock

ACCOUNT = "038410265977"
PERMISSION_SET = "AWSAdministratorAccess"
# Secrets as users paste them from the access portal, shells, JSON and notes, each with its own key.
PASTED = (
    "proxy = http://user:{}@proxy.example:8080",
    "# endpoint_url = https://{}@a.example",
    "export AWS_SECRET_ACCESS_KEY={}",
    'export AWS_SESSION_TOKEN="{}"',
    "# export AWS_SECRET_ACCESS_KEY={}",
    "SET AWS_SECRET_ACCESS_KEY={}",
    "setx AWS_SESSION_TOKEN {}==",
    "$env:AWS_SECRET_ACCESS_KEY = '{}'",
    'declare -x AWS_SECRET_ACCESS_KEY="{}"',
    "aws secret access key = {}",
    "aws-session-token: {}",
    "SecretAccessKey = {}",
    '"SecretAccessKey": "{}",',
    "sessionToken = {}",
    "refresh_token = {}",
    "accessToken: {}",
    "client secret = {}",
    "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY={}",
    "password = {}",
)


@dataclass
class Planted:
    """The machine. `environ` has secrets in variables, too."""

    desk: Desk
    canaries: Canaries
    environ: dict[str, str]

    @property
    def server(self) -> DemoServer:
        return self.desk.server

    @property
    def home(self) -> Path:
        return self.desk.home


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Planted]:
    canaries, home = Canaries(), tmp_path / "home"
    with DemoServer(DemoOptions()) as server:
        server.rewrite = canaries.rewrite
        session = SsoSession("corp", server.start_url, server.region)
        desk = Desk(server, home, FakeClock(datetime.now(UTC)), session)
        desk.services.session_edits.add_session("corp", server.start_url, server.region)
        desk.sign_in()
        _write_files(desk, canaries)
        login = logins.log_in(desk)
        canaries.add(login.dpop_key.reveal(), Kind.TOKEN)
        variables = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HTTPS_PROXY": f"http://user:{canaries.plant(Kind.VARIABLE)}@127.0.0.1:9",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": canaries.plant(Kind.VARIABLE),
        }
        yield Planted(desk, canaries, variables | desk.environ)


def _write_files(desk: Desk, canaries: Canaries) -> None:
    secret = lambda: canaries.plant(Kind.FILE)  # noqa: E731
    pasted = lambda: "\n".join(line.format(secret()) for line in PASTED)  # noqa: E731
    program = desk.home / "process"
    printed = (
        f'{{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", '
        f'"SecretAccessKey": "{canaries.plant(Kind.PROCESS)}", '
        f'"SessionToken": "{canaries.plant(Kind.PROCESS)}"}}'
    )
    program.write_text(
        f"#!{sys.executable}\nimport os\n"
        f"open({str(desk.home / 'process-environment')!r}, 'w').write(str(dict(os.environ)))\n"
        f"print({printed!r})\n"
    )
    program.chmod(0o700)
    with desk.config.open("a") as config:
        config.write(f"""
[profile admin]
sso_session = corp
sso_account_id = {ACCOUNT}
sso_role_name = {PERMISSION_SET}
region = eu-west-1

[profile chained]
role_arn = arn:aws:iam::{ACCOUNT}:role/Deployer
source_profile = admin
region = eu-west-1

[profile in-config]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = {secret()}
aws_session_token = {secret()}
region = eu-west-1
{pasted()}

[profile with-password]
sso_start_url = https://me:{secret()}@old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = {ACCOUNT}
sso_role_name = {PERMISSION_SET}

[profile process]
credential_process = {program} --password {secret()}
region = eu-west-1
# credential_process = {program} --password {secret()}
""")
    startup = desk.home / ".bashrc"
    startup.touch(0o600)
    startup.write_text(f"export HTTPS_PROXY=http://user:{secret()}@proxy.example:8080\n")
    credentials = desk.home / ".aws" / "credentials"
    credentials.touch(0o600)
    credentials.write_text(f"""
[keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = {secret()}
aws_session_token = {secret()}
x_security_token_expires = 2001-01-01T00:00:00Z

[mixed]
AWS_SECRET_ACCESS_KEY = {secret()}
aws_session_token: {secret()}
aws_security_token={secret()}
{pasted()}

[pasted]
sso_session = corp
sso_account_id = {ACCOUNT}
sso_role_name = {PERMISSION_SET}
{pasted()}
export token =
  {secret()}==
""")
