"""Commands that a prompt or a script waits for, in multiples of `python -c pass`, in turns."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rolecall.demo.home import create_home
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.services.services import Services
from tests.bench.measure import Command, Report, python, wall_times

ROUNDS = 25
TOKENS_AT_MOST = 6.0


def main() -> int:
    report = Report("Commands, in multiples of `python -c pass`")
    with tempfile.TemporaryDirectory() as folder, DemoServer(DemoOptions()) as server:
        home = Path(folder) / "home"
        create_home(home, server.start_url, server.region, server.organisation)
        environ = server.environment(home) | {"PATH": "/usr/bin:/bin"}
        service = Services(environ).sign_in
        waiting = service.begin(service.sessions()[0])
        server.approve(waiting.code.user_code)
        assert waiting.poll() is not None
        rolecall = Path(sys.executable).parent / "rolecall"
        commands: dict[str, Command] = {
            "rolecall tokens": [rolecall, "tokens"],
            "rolecall tokens --json": [rolecall, "tokens", "--json"],
            "rolecall tokens --sso-session demo": [rolecall, "tokens", "--sso-session", "demo"],
        }
        bare, *found = wall_times([python("-c", "pass"), *commands.values()], environ, ROUNDS)
        report.line("python -c pass", bare * 1000, "ms")
        for name, taken in zip(commands, found, strict=True):
            report.line(name, taken / bare, "×", TOKENS_AT_MOST)
    return report.missed


if __name__ == "__main__":
    sys.exit(main())
