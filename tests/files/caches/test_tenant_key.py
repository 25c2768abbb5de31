"""The key with the account access portal, in an sso-session: no other client minds it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall.demo.home import create_home
from rolecall.demo.options import TENANT, DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.account_access import TENANT_KEY
from rolecall.domain.model import SsoSession
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.caches.sso_cache import SsoCache
from tests.files.clients import Reading, boto3_reads, cli_reads, javascript_reads
from tests.support.programs import aws_cli

PROFILE = "log-archive-readonly"


def home_of(server: DemoServer, home: Path) -> SsoSession:
    """Create a home with a session that has a tenant, signed in. Return the session."""
    create_home(home, server.start_url, server.region, server.organisation, tenant=server.tenant)
    (session,) = ConfigFile(home / ".aws" / "config", home).read().sso_sessions
    assert session.tenant == server.tenant
    cache = SsoCache(home / ".aws" / "sso" / "cache", home)
    cache.save_token(session, server.sign_in(session.scopes or ()))
    return session


@pytest.mark.parametrize("read", [boto3_reads, cli_reads, javascript_reads])
def test_every_client_reads_the_file(
    tmp_path: Path, read: Callable[[Sequence[Path]], list[Reading]]
) -> None:
    with DemoServer(DemoOptions(tenant=TENANT)) as server:
        home_of(server, tmp_path)
        (found,) = read([tmp_path / ".aws" / "config"])
        assert found is not None
        kind = "sso_sessions" if "sso_sessions" in found else "sso-session"
        assert found[kind]["demo"]["sso_start_url"] == server.start_url
        assert found[kind]["demo"][TENANT_KEY] == (server.tenant.address if server.tenant else "")
        assert found["profiles" if "profiles" in found else "profile"][PROFILE]


def test_the_aws_cli_uses_a_profile_of_the_session(tmp_path: Path) -> None:
    with DemoServer(DemoOptions(tenant=TENANT, clock=lambda: datetime.now(UTC))) as server:
        home_of(server, tmp_path)
        command = [aws_cli(), "configure", "export-credentials", "--profile", PROFILE]
        environ = {"PATH": "/usr/bin:/bin", **server.environment(tmp_path)}
        answer = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        assert json.loads(answer.stdout)["AccessKeyId"].startswith("ASIA")
