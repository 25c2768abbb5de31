"""The idle cost of Tokens: 40 rows that count minutes, or seconds in their last five minutes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rolecall.demo.home import SESSION, create_home
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.model import SsoSession
from rolecall.domain.timestamps import write_time
from rolecall.files.caches.sso_cache import SsoCache
from tests.bench.measure import Report, idle, python, run
from tests.support.terminal import Terminal

ROWS = 40
SECONDS = 15  # a quarter of the rows count a minute in this time


def measure(report: Report) -> None:
    spread = [timedelta(minutes=16 + each, seconds=each) for each in range(ROWS)]
    measure_idle(report, "a minute at a time", spread, SECONDS)
    urgent = [timedelta(minutes=4, seconds=55 - each // 2) for each in range(ROWS)]
    measure_idle(report, "all in their last five minutes", urgent, SECONDS)


def measure_idle(
    report: Report, name: str, times_left: Sequence[timedelta], seconds: float
) -> None:
    with DemoServer(DemoOptions()) as server, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        create_home(home, server.start_url, server.region, server.organisation)
        session = SsoSession(SESSION, server.start_url, server.region)
        cache = SsoCache(home / ".aws" / "sso" / "cache", home / ".local" / "state" / "rolecall")
        cache.save_token(session, server.sign_in())
        with Terminal(
            python("-m", "rolecall"), columns=120, lines=50, env=server.environment(home)
        ) as terminal:
            terminal.wait_for(r"41( accounts)? · seen", 60)
            now = datetime.now(UTC)
            (home / ".aws" / "credentials").write_text(
                "".join(keys(number, now + each) for number, each in enumerate(times_left))
            )
            terminal.press("4")
            terminal.wait_for(rf"keys-{ROWS - 1:02}", 30)
            terminal.settle(3)
            cost = idle(terminal, seconds)
            report.line(f"{ROWS} rows, {name}", cost.bytes_a_second, "B/s", 400)
            report.line(f"{ROWS} rows, {name}", cost.cpu * 100, "% CPU", 1)


def keys(number: int, expires_at: datetime) -> str:
    return (
        f"[keys-{number:02}]\naws_access_key_id = ASIA{number:012}\naws_secret_access_key = s\n"
        f"aws_session_token = t\nx_security_token_expires = {write_time(expires_at)}\n"
    )


if __name__ == "__main__":
    run(measure, "Tokens")
