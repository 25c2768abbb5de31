"""`rolecall watch` in the plain mode, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.cli.plain.watch import Watch
from rolecall.demo.faults import Fault
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.model import SsoSession
from rolecall.domain.time_left import SOON
from rolecall.domain.timestamps import write_time
from tests.support.desk import Desk, FakeClock
from tests.support.settings import write_settings
from tests.support.waiting import wait_until

NEARLY_8_HOURS = 8 * 3600 - 8 * 60  # the token is renewed from ten minutes before it expires


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = FakeClock()
    with DemoServer(DemoOptions(clock=clock)) as server:
        session = SsoSession("corp", server.start_url, server.region)
        desk = Desk(server, tmp_path, clock, session)
        desk.services.session_edits.add_session("corp", server.start_url, server.region)
        desk.sign_in()
        yield desk


def test_it_says_what_expires_and_that_it_was_renewed(desk: Desk) -> None:
    lines: list[str] = []
    watch = Watch(desk.services, lines.append, notify=False)
    watch.look()
    watch.look()
    assert lines == ["corp, access token, 8 h 0 min, renews itself"]
    desk.clock.forward(NEARLY_8_HOURS)
    watch.look()
    assert lines[1:] == ["corp, access token, 8 min, renews itself"]

    def is_renewed() -> bool:
        watch.look()
        return lines[2:] == ["corp, access token, 8 h 0 min, renews itself"]

    wait_until(is_renewed)


def test_it_says_once_why_a_token_was_not_renewed(desk: Desk) -> None:
    lines: list[str] = []
    watch = Watch(desk.services, lines.append, notify=False)
    watch.look()
    desk.server.faults.add("CreateToken", Fault.RESET)
    for _ in range(3):
        desk.clock.forward(NEARLY_8_HOURS if len(lines) == 1 else 90)
        count = desk.server.calls.count("CreateToken")
        watch.look()
        wait_until(lambda: desk.server.calls.count("CreateToken") > count)  # noqa: B023  at once
    wait_until(lambda: "corp was not renewed" in "".join(lines))
    assert sum("was not renewed" in each for each in lines) == 1


def test_it_warns_of_what_does_not_renew_itself(desk: Desk) -> None:
    command, notified = desk.home / "notify", desk.home / "notified"
    command.write_text(f'#!/bin/sh\necho "$1" >> {notified}\n')
    command.chmod(0o700)
    write_settings(desk.home, f'notify_command = "{command}"\n')
    end = write_time(desk.clock() + 2 * SOON)
    path = desk.home / ".aws" / "credentials"
    path.write_text(f"[saml]\nx_security_token_expires = {end}\naws_session_token = x\n")
    lines: list[str] = []
    watch = Watch(desk.services, lines.append, notify=True)
    watch.look()
    assert "saml, short-term credentials, 30 min" in lines
    for minutes, seconds in ((15, SOON.total_seconds() + 60), (5, 600)):
        desk.clock.forward(seconds)
        watch.look()
        watch.look()
        assert lines[-1] == f"The short-term credentials of saml expire within {minutes} min."
    assert notified.read_text().splitlines() == lines[-2:]
