"""`python -m rolecall.demo`, and the real AWS CLI against it."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from rolecall.demo.home import create_home
from rolecall.demo.options import utc_now
from tests.demo.conftest import Client
from tests.demo.test_page import post
from tests.support.programs import aws_cli, completed


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Run the command. Yield it, once it has printed everything, and the variables it exports."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rolecall.demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    variables = {}
    for line in process.stdout:
        if line.startswith("export "):
            name, _, value = shlex.split(line)[1].partition("=")
            variables[name] = value
        if "approve" in line:
            break
    try:
        yield process, variables
    finally:
        process.kill()
        process.communicate()


def aws(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return completed(
        [aws_cli(), *arguments], {"PATH": os.defpath, "AWS_PAGER": "", **environment}, check=False
    )


def answer(environment: dict[str, str], *arguments: str) -> dict[str, str]:
    result = aws(environment, *arguments)
    assert result.returncode == 0, result.stderr
    answered: dict[str, str] = json.loads(result.stdout)
    return answered


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_exits_cleanly(ending: signal.Signals) -> None:
    with running("--accounts", "3") as (process, variables):
        assert "HOME" not in variables
        with urlopen(variables["AWS_ENDPOINT_URL_SSO"] + "/start", timeout=30) as page:
            assert page.status == 200
        process.send_signal(ending)
        _, complaints = process.communicate(timeout=30)
        assert (process.returncode, complaints) == (0, "")


def test_it_creates_a_new_home_and_leaves_an_existing_one_alone(tmp_path: Path) -> None:
    home = tmp_path / "it's a home"
    with running("--home", str(home)) as (_, variables):
        assert variables["HOME"] == str(home)
        assert variables["AWS_ENDPOINT_URL_SSO"] in (home / ".aws" / "config").read_text()
    again = completed([sys.executable, "-m", "rolecall.demo", "--home", str(home)], check=False)
    assert again.returncode == 1
    assert re.fullmatch(
        r"Error: .*/config exists already\. Choose a new directory\.\n", again.stderr
    )


def test_a_port_in_use_is_a_one_line_error(demo: Client) -> None:
    port = demo.server.url.rpartition(":")[2]
    result = completed([sys.executable, "-m", "rolecall.demo", "--port", port], check=False)
    assert result.returncode == 1
    assert result.stderr == f"Error: cannot listen on port {port}: Address already in use\n"


@pytest.mark.thorough
def test_the_aws_cli_from_sign_in_to_sign_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running("--home", str(home), "--approve") as (_, variables):
        login = aws(
            variables, "sso", "login", "--sso-session", "demo", "--use-device-code", "--no-browser"
        )
        assert login.returncode == 0, login.stderr

        identity = answer(
            variables, "sts", "get-caller-identity", "--profile", "log-archive-readonly"
        )
        assert "assumed-role/AWSReservedSSO_AWSReadOnlyAccess_" in identity["Arn"]
        chained = answer(variables, "sts", "get-caller-identity", "--profile", "deploy")
        assert chained["Arn"] == f"arn:aws:sts::{identity['Account']}:assumed-role/Deployer/demo"
        exported = answer(
            variables, "configure", "export-credentials", "--profile", "log-archive-readonly"
        )
        assert exported["AccessKeyId"].startswith("ASIA")

        (token,) = (
            cached["accessToken"]
            for path in (home / ".aws" / "sso" / "cache").iterdir()
            if "accessToken" in (cached := json.loads(path.read_text()))
        )
        listed = answer(
            variables, "sso", "list-accounts", "--region", "eu-west-1", "--access-token", token
        )
        assert len(listed["accountList"]) == 41

        assert aws(variables, "sso", "logout").returncode == 0
        after = aws(
            variables, "sso", "list-accounts", "--region", "eu-west-1", "--access-token", token
        )
        assert "UnauthorizedException" in after.stderr


def test_the_aws_cli_waits_for_the_page(start: Callable[..., Client], tmp_path: Path) -> None:
    demo = start(clock=utc_now)
    server = demo.server
    create_home(tmp_path, server.start_url, server.region, server.organisation)
    login = subprocess.Popen(
        [aws_cli(), "sso", "login", "--sso-session", "demo", "--use-device-code", "--no-browser"],
        env={"PATH": os.defpath, **server.environment(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert login.stdout is not None
    code = next(
        line.strip() for line in login.stdout if re.fullmatch(r"[A-Z]{4}-[A-Z]{4}\s*", line)
    )
    assert server.pending_codes() == [code]
    post(demo, "/device", user_code=code, decision="allow")
    rest, _ = login.communicate(timeout=60)
    assert login.returncode == 0
    assert "Successfully logged into" in rest


@pytest.mark.thorough
def test_the_aws_cli_signs_in_through_a_browser(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    """Every sign-in is approved, so that a "browser" that fetches the page is enough."""
    server = start(approve=True, clock=utc_now).server
    create_home(tmp_path, server.start_url, server.region, server.organisation)
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!{sys.executable}\nimport os, sys, urllib.request\n"
        "if os.fork() == 0:\n    urllib.request.urlopen(sys.argv[1]).read()\n"
    )
    browser.chmod(0o700)
    environment = {**server.environment(tmp_path), "BROWSER": str(browser)}
    login = aws(environment, "sso", "login", "--sso-session", "demo")
    assert login.returncode == 0, login.stderr
    assert server.calls.count("AuthorizePage") == 1
    assert answer(environment, "sts", "get-caller-identity", "--profile", "log-archive-readonly")
