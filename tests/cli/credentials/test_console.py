"""`rolecall console`: the link, and the browser if there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until


@pytest.fixture
def link(signed_out: CommandLine) -> str:
    portal = signed_out.server.start_url
    return f"{portal}/#/console?account_id={ACCOUNT}&role_name={PERMISSION_SET}"


@pytest.mark.quick
def test_the_link_is_printed_without_a_sign_in(signed_out: CommandLine, link: str) -> None:
    assert signed_out.output_of("console", PROFILE, "--print") == f"{link}\n"
    output = signed_out.output_of("console", PROFILE, "--print", "--destination", "s3")
    assert output == (
        f"{link}&destination=https%3A%2F%2Feu-central-1.console.aws.amazon.com%2Fs3%2Fhome"
        "%3Fregion%3Deu-central-1\n"
    )


def test_a_browser_opens_the_link_but_over_ssh_only_that_of_the_variable(
    signed_out: CommandLine, link: str, tmp_path: Path
) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part; mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    over_ssh = {"SSH_CONNECTION": "1 2 3 4"}
    unopened = signed_out.rolecall("console", PROFILE, DISPLAY=":0", **over_ssh)
    assert unopened.stdout == f"{link}\n"
    assert "SSH" in unopened.stderr
    environ = {"BROWSER": str(browser)}
    printed = signed_out.rolecall("console", PROFILE, "--print", **environ)
    assert (printed.stdout, printed.stderr) == (f"{link}\n", "")
    assert not opened.exists()
    shown = signed_out.environ | environ | over_ssh
    with Terminal(command("console", PROFILE), env=shown, columns=150) as terminal:
        assert terminal.wait_exit() == 0
    wait_until(opened.exists, "the browser")  # rolecall does not wait for the browser
    assert opened.read_text() == f"{link}\n"


@pytest.mark.quick
def test_without_a_browser_a_qr_code_is_shown(signed_out: CommandLine, link: str) -> None:
    run = command("console", PROFILE)
    with Terminal(run, env=signed_out.environ, columns=150, lines=60) as terminal:
        terminal.wait_for("█▀▀▀▀▀█|█ ▄▄▄▄▄ █|▀▀▀▀▀▀▀|▄▄▄▄▄▄▄")
        assert link in terminal.screen_text()


@pytest.mark.parametrize(
    ("profile", "destination", "sentence"),
    [
        (PROFILE, "https://evil.example", "not a page of the AWS console"),
        ("nobody", "", "no profile nobody"),
        ("plain", "", "does not point to a permission set"),
    ],
)
def test_a_link_that_does_not_exist_is_explained(
    signed_out: CommandLine, profile: str, destination: str, sentence: str
) -> None:
    signed_out.add("[profile plain]\nregion = eu-west-1")
    result = signed_out.rolecall("console", profile, "--destination", destination)
    assert (result.returncode, result.stdout) == (1, "")
    assert sentence in result.stderr
