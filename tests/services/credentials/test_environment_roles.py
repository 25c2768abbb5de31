"""Roles that are assumed with the keys of the environment, which is left to botocore."""

from __future__ import annotations

import os
import time
from contextlib import nullcontext
from pathlib import Path
from threading import Thread

import pytest

from rolecall.demo.faults import Fault
from rolecall.domain import question
from rolecall.domain.errors import Unreachable, VerifyFailed
from rolecall.domain.records import replace
from rolecall.services.runs.run_events import RunEnded, RunEvent
from rolecall.services.services import Services
from tests.services.credentials.test_credentials import AUDIT, add_audit, asked
from tests.support.desk import Desk
from tests.support.waiting import wait_until

OPS = f"\n[profile ops]\nrole_arn = arn:aws:iam::{AUDIT}:role/Ops\nregion = eu-west-1\n"


class Prompt:
    """A terminal on which nobody may be asked."""

    def hidden_input(self) -> nullcontext[None]:
        raise AssertionError

    def ask(self, device: str) -> str:
        raise AssertionError(device)


def with_keys_in_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """Add the profile, and the keys that it needs. Return their ID."""
    add_audit(desk)
    desk.add(f"{OPS}credential_source = Environment\n")
    desk.sign_in()
    service = desk.services.credentials
    keys = service.of_profile("audit-admin")
    assert keys.session_token is not None
    of_shell = {
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key.reveal(),
        "AWS_SESSION_TOKEN": keys.session_token.reveal(),
    }
    for name, value in (desk.environ | of_shell).items():
        monkeypatch.setenv(name, value)  # botocore reads them there
    return keys.access_key_id


def test_a_role_is_assumed_with_the_keys_of_the_environment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = with_keys_in_environment(desk, monkeypatch)
    assert desk.services.credentials.of_profile("ops").access_key_id != own
    assert asked(desk, "AssumeRole") == 1


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
def test_botocore_waits_no_longer_than_the_question_lasts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    with_keys_in_environment(desk, monkeypatch)
    monkeypatch.setattr(question, "SECONDS", 1.0)
    desk.server.faults.add("AssumeRole", fault)
    began_at = time.monotonic()
    with pytest.raises(Unreachable, match="timed-out"):
        desk.services.credentials.of_profile("ops")
    assert time.monotonic() - began_at < 10


def test_where_a_user_can_be_asked_an_mfa_code_is_left_to_botocore(desk: Desk) -> None:
    """It finds no keys in the environment, so it asks for no code."""
    desk.add(f"{OPS}credential_source = Environment\nmfa_serial = arn:aws:iam::1:mfa/kim\n")
    with pytest.raises(VerifyFailed):
        replace(desk.services.credentials, prompt=Prompt()).of_profile("ops")


@pytest.mark.parametrize("has_terminal", [True, False])
def test_a_credential_process_of_the_full_screen_has_its_own_session(
    desk: Desk, *, has_terminal: bool
) -> None:
    """Otherwise it is in that of rolecall, where botocore starts it: then Ctrl+C reaches both."""
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
