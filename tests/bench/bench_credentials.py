"""Credentials from the AWS CLI's cache: `rolecall export` compared with the CLI's own command."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.model import SsoSession
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.services.services import Services
from tests.bench.measure import Reference, Report, cpu_times, run
from tests.support.programs import aws_cli

PROFILE, ROUNDS = "audit-admin", 5
OTHERS = 2_000  # other profiles in the config
OUTPUT = 300_000_000  # bytes
BARE_PIPE = Reference("300 MB through a pipe, processor time")
AWS_CLI = Reference("aws configure export-credentials")
ROLECALL = Path(sys.executable).parent / "rolecall"


def seconds(command: list[str | Path], environ: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def now() -> datetime:
    return datetime.now(UTC)


def prepare(server: DemoServer, home: Path) -> dict[str, str]:
    """Create a signed-in home whose cache has the profile's credentials."""
    environ = {"PATH": os.environ["PATH"], **server.environment(home)}
    services = Services(environ)
    services.session_edits.add_session("corp", server.start_url, server.region)
    names = [PROFILE, *(f"other-{number}" for number in range(OTHERS))]
    with (home / ".aws" / "config").open("a") as config:
        for name in names:
            config.write(
                f"\n[profile {name}]\nsso_session = corp\nsso_account_id = 038410265977\n"
                "sso_role_name = AWSAdministratorAccess\nregion = eu-west-1\n"
            )
    locations = services.locations
    session = SsoSession("corp", server.start_url, server.region)
    SsoCache(locations.sso_cache, locations.state).save_token(session, server.sign_in())
    Services(environ, now).credentials.of_profile(PROFILE)
    return environ


def measure_output(report: Report, environ: dict[str, str]) -> None:
    """What `exec` adds to a program that writes much, in the processor time of all processes."""
    program = ["sh", "-c", f"yes {'x' * 79} | head -c {OUTPUT}"]
    words = ["--jobs", "1", "--profile", PROFILE, "--"]
    commands: dict[str, list[str | Path]] = {
        "bare": [*program],
        "nothing": [ROLECALL, "exec", *words, "true"],
        "text": [ROLECALL, "exec", *words, *program],
        "JSON": [ROLECALL, "exec", "--output", "json", *words, *program],
    }
    piped = [["sh", "-c", '"$@" | cat > /dev/null', "sh", *each] for each in commands.values()]
    taken = dict(zip(commands, cpu_times(piped, environ, ROUNDS), strict=True))
    report.refer(BARE_PIPE, taken["bare"])
    for name, limit in (("text", 3.0), ("JSON", 6.0)):
        seconds = taken[name] - taken["nothing"]
        report.line(f"300 MB through exec, {name}", seconds * 1000, "ms", limit, BARE_PIPE)


def measure(report: Report) -> None:
    with DemoServer(DemoOptions()) as server, tempfile.TemporaryDirectory() as folder:
        environ = prepare(server, Path(folder) / "home")
        theirs, ours = [], []
        cli = [aws_cli(), "configure", "export-credentials", "--profile", PROFILE]
        for _ in range(ROUNDS):
            theirs.append(seconds([*cli, "--format", "env"], environ))
            ours.append(seconds([ROLECALL, "export", PROFILE], environ))
        assert server.calls.count("GetRoleCredentials") == 1
        report.refer(AWS_CLI, statistics.median(theirs))
        report.line("rolecall export", statistics.median(ours) * 1000, "ms", 0.5, AWS_CLI)
        measure_output(report, environ)


if __name__ == "__main__":
    run(measure, "Credentials")
