"""A `credential_process` while the terminal is not its own."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from rolecall.services.runs.run_events import RunEnded, RunEvent
from rolecall.services.services import Services
from tests.support.desk import Desk
from tests.support.waiting import wait_until


@pytest.mark.parametrize("has_terminal", [True, False])
def test_a_credential_process_of_the_full_screen_has_its_own_session(
    desk: Desk, *, has_terminal: bool
) -> None:
    """Else it is in that of rolecall, where botocore starts it: then Ctrl+C reaches both."""
    program = desk.home / "program"
    program.write_text(
        "#!/usr/bin/env python3\nimport json, os\n"
        "ids = f'{os.getsid(0)} {os.getpgrp()}'\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': ids, 'SecretAccessKey': 's'}))\n"
    )
    program.chmod(0o700)
    desk.add(f"[profile tool]\ncredential_process = {program}")
    service = Services(desk.environ, has_terminal=has_terminal).credentials
    ours = f"{os.getsid(0)} {os.getpgrp()}"
    assert (service.of_profile("tool").access_key_id == ours) is has_terminal
    service.end_programs()  # it has ended already


def test_a_row_that_waits_for_a_credential_process_ends_with_rolecall(
    desk: Desk, tmp_path: Path
) -> None:
    fifo, begun = tmp_path / "fifo", tmp_path / "begun"
    os.mkfifo(fifo)
    program = desk.home / "program"
    program.write_text(f"#!/bin/sh\n: >{begun}\ncat {fifo}\n")
    program.chmod(0o700)
    desk.add(f"[profile tool]\ncredential_process = {program}")
    service = Services(desk.environ, has_terminal=False).runs
    runs, events = service.runs(service.of_profiles(["tool"]), ["true"]), list[RunEvent]()
    thread = Thread(target=runs.run, args=(events.append,), daemon=True)
    thread.start()
    wait_until(begun.exists, "the program")
    service.end_all()
    thread.join(30)
    assert [type(each) for each in events] == [RunEnded]


@pytest.mark.parametrize("has_terminal", [True, False])
def test_a_credential_process_of_the_full_screen_is_told_of_no_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, has_terminal: bool
) -> None:
    """On the one in GPG_TTY, gpg-agent asks for the passphrase."""
    monkeypatch.setenv("GPG_TTY", "/dev/pts/9")
    program = desk.home / "program"
    program.write_text(
        "#!/bin/sh\n"
        'echo "{\\"Version\\": 1, \\"AccessKeyId\\": \\"${GPG_TTY-none}\\",'
        ' \\"SecretAccessKey\\": \\"s\\"}"\n'
    )
    program.chmod(0o700)
    desk.add(f"[profile tool]\ncredential_process = {program}")
    service = Services(desk.environ, has_terminal=has_terminal).credentials
    expected = "/dev/pts/9" if has_terminal else "none"
    assert service.of_profile("tool").access_key_id == expected
