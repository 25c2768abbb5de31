"""Commands neither print nor keep a secret that is not asked for."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rolecall.cli.main import SUBCOMMANDS
from rolecall.demo.faults import Fault, StsError
from rolecall.domain.timestamps import write_time
from tests.canaries.canaries import Kind
from tests.canaries.conftest import ACCOUNT, PERMISSION_SET, Planted
from tests.support import fork_server, logins
from tests.support.fork_server import Output

ROLE = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET)
PROFILES = (
    *("admin", "chained", "in-config", "process", "keys", "mixed", "pasted", "console"),
    "with-password",
)
# What these print is for other programs; other tests check it.
PRINTING = {"console", "credential-process", "export", "serve", "switch", "watch"}
COMMANDS = (
    ("list",), ("list", "--json", "--refresh"), ("list", "--csv"),
    ("exec", "console", "--", "true"), ("lend", "admin", "--allow", "s3", "--", "true"),
    ("prompt",), ("pin", "admin", "--dry-run"), ("trust",), ("team", "export"), ("team", "update"),
    ("login", "console"), ("completion", "bash"), ("help", "exec"), ("man",), ("log",),
    ("tokens",), ("tokens", "--json"), ("doctor",), ("whoami", "--profile", "admin"),
    ("save", *ROLE, "--dry-run"), ("save", *ROLE, "--name", "saved"),
    ("save", "--all", "--dry-run"), ("undo", "--list"), ("undo", "--yes"),
    ("uninstall", "--dry-run"), ("import",),
    ("credentials", "clean", "--dry-run"), ("credentials", "clean", "--yes"),
    ("undo", "--yes"), ("sign-in", "corp"), ("init", "bash"), ("--help",),
    ("init", "bash", "--install", "--dry-run"), ("init", "bash", "--install", "--yes"),
    ("sign-out", "corp", "--yes"), ("sign-out", "console", "--yes"), ("list",),
    ("export", "nobody"), ("login", "console"),
    ("ask", "admin", "--allow", "s3", "--minutes", "5", "--reason", "find it"),
)  # fmt: skip


def check_output(planted: Planted, output: Output, what: object) -> None:
    assert b"internal error" not in output.stderr, what
    found = planted.canaries.find(output.stdout + output.stderr)
    assert not found, (what, found)


def check_files(planted: Planted) -> None:
    """Check that every secret is only in the files that are made for it."""
    home = planted.home
    own = {
        home / ".aws" / "sso" / "cache": {Kind.TOKEN},
        home / ".aws" / "cli" / "cache": {Kind.ROLE},
        home / ".aws" / "login" / "cache": {Kind.TOKEN, Kind.ROLE},
        home / ".aws" / "config": {Kind.FILE},
        home / ".aws" / "credentials": {Kind.FILE},
        home / ".bashrc": {Kind.FILE},
        # What a file was before a write, for undo.
        home / ".local" / "state" / "rolecall" / "backups": {Kind.FILE},
        home / "process": {Kind.PROCESS},
        home / "process-environment": {Kind.VARIABLE},
    }
    for path, _ in planted.canaries.find_in_folder(home):
        allowed = {
            kind for place, kinds in own.items() if place in {path, *path.parents} for kind in kinds
        }
        assert not planted.canaries.find(path.read_bytes(), allowed=allowed), path
        is_own = path.name.startswith("process")
        assert is_own or stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def age_token(planted: Planted) -> None:
    """Let the token expire in ten minutes: every command renews it."""
    (path,) = [
        each
        for each in planted.desk.sso_cache.glob("*.json")
        if b"accessToken" in each.read_bytes()
    ]
    token = json.loads(path.read_text())
    token["expiresAt"] = write_time(datetime.now(UTC) + timedelta(minutes=10))
    path.write_text(json.dumps(token))


def test_every_command(planted: Planted) -> None:
    assert {command[0] for command in COMMANDS} - {"--help"} >= SUBCOMMANDS.keys() - PRINTING
    age_token(planted)
    for _, session in logins.cache(planted.desk).sessions():
        logins.expire(planted.desk, session.arn)
    for command in COMMANDS:
        environ = planted.environ | ({"AWS_PROFILE": "admin"} if command == ("prompt",) else {})
        check_output(planted, fork_server.run([*command], environ), command)
        check_files(planted)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile(planted: Planted, profile: str) -> None:
    for command in (
        ("console", profile, "--print"),
        ("switch", "--shell=bash", profile),
        ("complete", "profiles", "fish"),
        ("exec", profile, "--", "true"),
        ("serve", profile, "--", "true"),
    ):
        check_output(planted, fork_server.run([*command], planted.environ), command)
        in_terminal = fork_server.run([*command], planted.environ, terminal=True)
        check_output(planted, in_terminal, command)
    check_files(planted)


def test_a_command_with_many_roles(planted: Planted) -> None:
    command = ["exec", "--all", "audit", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID"]
    output = fork_server.run(command, planted.environ)
    check_output(planted, output, command)
    keys = [line.rpartition(b" ")[2] for line in output.stdout.splitlines()]
    check_files(planted)
    state = planted.home / ".local" / "state" / "rolecall"
    assert len(keys) > 1
    assert all(key in (state / "handed-out.log").read_bytes() for key in keys)
    assert any(planted.home.rglob("inventory.sqlite"))
    assert len(fork_server.run(["log"], planted.environ).stdout.splitlines()) == len(keys) + 1


def test_the_log_hides_secrets_of_commands_and_reasons(planted: Planted) -> None:
    secret = planted.canaries.plant(Kind.VARIABLE)
    commands = (
        ("true", secret), ("true", "--password", secret), ("true", f"--token={secret}"),
        ("env", f"API_KEY={secret}", "true"), ("true", "-H", f"Authorization: Bearer {secret}"),
        ("sh", "-c", f"true PGPASSWORD={secret}"), ("true", f"https://me:{secret}@127.0.0.1/"),
        ("true", json.dumps({"a": {"secret": secret}})), ("true", f"https://127.0.0.1/?x={secret}"),
    )  # fmt: skip
    for command in commands:
        for reason in ("", f"with {secret}"):
            words = ["exec", "--reason", reason, "admin", "--", *command]
            check_output(planted, fork_server.run(words, planted.environ), words)
            check_files(planted)
    output = fork_server.run(["log"], planted.environ)
    check_output(planted, output, "log")
    assert output.stdout.count(b" exec ") == 2 * len(commands)


@pytest.mark.parametrize("fault", [400, 403, Fault.TRUNCATED])
def test_errors_of_the_services(planted: Planted, fault: int | Fault) -> None:
    for operation, command in {
        "ListAccounts": ("list", "--refresh"),
        "ListAccountRoles": ("list", "--refresh"),
        "GetRoleCredentials": ("credential-process", *ROLE),
        "StartDeviceAuthorization": ("sign-in", "--force"),
        "Logout": ("sign-out", "corp", "--yes"),
    }.items():
        planted.server.faults.add(operation, fault)
        check_output(planted, fork_server.run([*command], planted.environ), (operation, fault))
        planted.server.faults.clear()
    check_files(planted)


def test_errors_that_repeat_what_was_sent(planted: Planted) -> None:
    (token,) = (
        content
        for path in planted.desk.sso_cache.glob("*.json")
        if "accessToken" in (content := json.loads(path.read_text()))
    )
    known = {**token}

    def rewrite(operation: str, content: Any) -> Any:
        planted.canaries.rewrite(operation, content)
        if isinstance(content, dict):
            known.update(content)
            is_sign_in = operation == "CreateToken"
            sent = ("clientSecret", "deviceCode") if is_sign_in else ("accessToken",)
            if "message" in content:
                content["message"] = " ".join(known[name] for name in sent)
        return content

    planted.server.rewrite = rewrite
    for operation, command in {
        "ListAccounts": ("list", "--refresh"),
        "GetRoleCredentials": ("credential-process", *ROLE),
        "Logout": ("sign-out", "corp", "--yes"),
        "CreateToken": ("sign-in", "corp", "--force"),
    }.items():
        planted.server.faults.add(operation, 400, times=9)
        output = fork_server.run([*command], planted.environ)
        assert "…" in output.stderr.decode(), operation
        check_output(planted, output, operation)
        planted.server.faults.clear()


@pytest.mark.quick
def test_an_error_of_sts_that_quotes_a_secret_is_not_printed(planted: Planted) -> None:
    planted.server.faults.add("GetCallerIdentity", StsError("AccessDenied", "no"))
    planted.server.faults.add("AssumeRole", StsError("AccessDenied", "no"))
    for profile in ("admin", "chained"):
        output = fork_server.run(["whoami", "--profile", profile], planted.environ)
        check_output(planted, output, profile)


@pytest.mark.parametrize(
    "place",
    [
        "rolecall.aws.call:call",
        "rolecall.files.caches.sso_cache:SsoCache.replacing_token",
        "rolecall.files.caches.sso_cache:SsoCache.token",
        "rolecall.files.caches.cli_cache:CliCache.save",
        "rolecall.domain.credentials.credential_formats:Export.variables",
        "rolecall.files.aws_config.ini:Document.parse",
    ],
)
def test_a_crash_report_has_no_secret(planted: Planted, place: str) -> None:
    """The function fails with everything that it was given in its message."""
    crashed = 0
    age_token(planted)
    for command in (
        ("sign-in",),
        ("export", "admin"),
        ("list", "--refresh"),
        ("whoami", "--profile", "keys"),
    ):
        output = fork_server.run([*command], planted.environ, crash_at=place)
        crashed += b"internal error" in output.stderr
        assert not planted.canaries.find(output.stderr), command
        # `export` prints the role's keys if it does not get to the place.
        assert not planted.canaries.find(output.stdout, allowed=[Kind.ROLE]), command
    assert crashed
    check_files(planted)
