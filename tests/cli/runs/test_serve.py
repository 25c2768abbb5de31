"""`rolecall serve`: the container-credentials protocol, as three SDKs use it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3
import pytest

from rolecall.cli.credentials.source import Source
from rolecall.cli.runs.serve import renewing
from rolecall.demo.faults import Fault
from rolecall.domain.question import TRY_SECONDS
from rolecall.domain.records import replace
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.terminal.ending_signals import ENDING
from tests.cli.conftest import ACCOUNT, PROFILE, CommandLine, command
from tests.cli.sign_in.test_sign_in import code_of
from tests.files.clients import javascript
from tests.support.network.flood import flood
from tests.support.programs import aws_cli, completed

KEYS = "aws_access_key_id = AKIA1\naws_secret_access_key = x"
NOTHING = [sys.executable, "-c", ""]
_BOTO3 = """
import boto3
session = boto3.Session()
credentials = session.get_credentials()
first = second = credentials.get_frozen_credentials().access_key
print(credentials.method, session.client("sts").get_caller_identity()["Arn"])
while second == first:  # it has the old keys while new ones are late
    credentials._expiry_time = credentials._time_fetcher()
    second = credentials.get_frozen_credentials().access_key
"""
_ONE_ANSWER = "import boto3; print(boto3.Session().get_credentials().method)"
# rolecall, whose threads do not end.
_LINGERS = """
import sys, threading
from rolecall.__main__ import main

run = threading.Thread.run

def linger(self):
    run(self)
    threading.Event().wait()

threading.Thread.run = linger
sys.argv[0] = "rolecall"
main()
"""
short_lived = pytest.mark.parametrize(
    "signed_out", [{"role_credentials_lifetime": 600}], indirect=True, ids=[""]
)


def test_the_aws_cli_uses_the_served_profile(signed_in: CommandLine) -> None:
    environ = {"AWS_PROFILE": "other", "AWS_ACCESS_KEY_ID": "old", "AWS_SECRET_ACCESS_KEY": "old"}
    output = signed_in.output_of(
        "serve", PROFILE, "--", aws_cli(), "sts", "get-caller-identity", **environ
    )
    assert json.loads(output)["Account"] == ACCOUNT
    output = signed_in.output_of("serve", PROFILE, "--", aws_cli(), "configure", "list", **environ)
    assert re.search(r"access_key .* container-role", output)


@pytest.mark.quick
@short_lived
def test_boto3_renews_the_credentials(signed_in: CommandLine) -> None:
    output = signed_in.output_of("serve", PROFILE, "--", sys.executable, "-c", _BOTO3)
    assert output.startswith("container-role arn:aws:sts::")
    assert signed_in.credential_calls() >= 3  # once before it serves, and at each request


@short_lived
def test_it_starts_with_valid_keys_while_the_portal_does_not_answer(signed_in: CommandLine) -> None:
    signed_in.output_of("export", PROFILE)
    signed_in.server.faults.add("GetRoleCredentials", Fault.HANG)
    started = time.monotonic()
    output = signed_in.output_of("serve", PROFILE, "--", sys.executable, "-c", _ONE_ANSWER)
    assert output.startswith("container-role")
    assert time.monotonic() - started < TRY_SECONDS


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
@short_lived
def test_boto3_gets_valid_keys_while_the_portal_has_not_answered(
    signed_in: CommandLine, fault: Fault
) -> None:
    serving = signed_in.start("serve", PROFILE)
    assert serving.stdout is not None
    words = [serving.stdout.readline() for _ in range(2)]
    served = dict(word.removeprefix("export ").strip().split("=", 1) for word in words)
    signed_in.server.faults.add("GetRoleCredentials", fault)
    environ = {name: value.strip("'") for name, value in served.items()}
    keys = "import boto3; print(boto3.Session().get_credentials().access_key)"
    asked = completed(
        [sys.executable, "-c", keys], {"PATH": os.environ["PATH"], **signed_in.environ, **environ}
    )
    assert asked.stdout.startswith("ASIA")
    serving.send_signal(signal.SIGINT)
    assert serving.wait(timeout=30) == 0


def test_variables_are_printed_and_credentials_served_until_ctrl_c(signed_in: CommandLine) -> None:
    serving = signed_in.start("serve", PROFILE)
    assert serving.stdout is not None
    first, second = serving.stdout.readline(), serving.stdout.readline()
    url = re.fullmatch(
        r"export AWS_CONTAINER_CREDENTIALS_FULL_URI='http://(127.0.0.1:\d+)/credentials'\n", first
    )
    token = re.fullmatch(r"export AWS_CONTAINER_AUTHORIZATION_TOKEN='(\S{43})'\n", second)
    assert url
    assert token
    status, answer = ask(url[1], Authorization=token[1])
    assert status == 200
    assert answer.keys() == {"AccessKeyId", "SecretAccessKey", "Token", "Expiration", "AccountId"}
    serving.send_signal(signal.SIGINT)
    assert serving.wait(timeout=30) == 0


def test_the_exit_status_is_that_of_the_command(signed_in: CommandLine) -> None:
    assert signed_in.rolecall("serve", PROFILE, "--", "sh", "-c", "exit 7").returncode == 7
    killed = signed_in.rolecall("serve", PROFILE, "--", "sh", "-c", "kill -TERM $$")
    assert killed.returncode == 128 + signal.SIGTERM
    assert signed_in.rolecall("serve", PROFILE, "--", "no-such-program").returncode == 127


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2])
def test_a_signal_is_passed_on_to_the_command(
    signed_in: CommandLine, number: signal.Signals
) -> None:
    name = number.name.removeprefix("SIG")
    script = f"trap 'echo stopped; exit 3' {name}; echo ready; while :; do sleep 0.05; done"
    serving = signed_in.start("serve", PROFILE, "--", "sh", "-c", script)
    assert serving.stdout is not None
    assert serving.stdout.readline() == "ready\n"
    serving.send_signal(number)
    assert serving.stdout.readline() == "stopped\n"
    assert serving.wait(timeout=30) == 3


@pytest.mark.parametrize("program", [["-m", "rolecall"], ["-c", _LINGERS]], ids=["one", "lingers"])
@pytest.mark.parametrize("number", ENDING)
def test_without_a_command_it_serves_until_a_signal_comes(
    signed_in: CommandLine, number: signal.Signals, program: list[str]
) -> None:
    """A thread that has asked for the credentials may receive the signal, and end later."""
    serving = signed_in.start("serve", PROFILE, "--", program=program)
    printed_by(serving)
    serving.send_signal(number)
    assert serving.wait(timeout=30) == 0


# What `nohup` does, with the shell alone: a small machine has no `nohup`.
_IGNORES_HANG_UPS = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"]


def test_a_signal_that_the_caller_ignores_does_not_end_it(signed_in: CommandLine) -> None:
    serving = signed_in.start("serve", PROFILE, under=_IGNORES_HANG_UPS)
    host, token = printed_by(serving)
    serving.send_signal(signal.SIGHUP)
    for _ in range(50):
        assert ask(host, Authorization=token)[0] == 200
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(timeout=30) == 0


def test_the_command_ignores_what_the_caller_ignores(signed_in: CommandLine) -> None:
    code = "import signal; print(signal.getsignal(signal.SIGHUP).name)"
    arguments = ("serve", PROFILE, "--", sys.executable, "-c", code)
    assert signed_in.output_of(*arguments) == "SIG_DFL\n"
    serving = signed_in.start(*arguments, under=_IGNORES_HANG_UPS)
    assert serving.communicate()[0] == "SIG_IGN\n"


_BOTO3_WHO = """
import boto3
print(boto3.Session().client("sts").get_caller_identity()["Arn"])
"""


@pytest.mark.parametrize("client", ["cli", "boto3", "javascript"])
@pytest.mark.parametrize("file", ["config", "credentials", "sso keys in credentials"])
def test_an_sso_default_profile_does_not_take_precedence(
    signed_in: CommandLine, client: str, file: str
) -> None:
    other = "sso_session = corp\nsso_account_id = 656444254726\nsso_role_name = AWSReadOnlyAccess"
    signed_in.add("[default]\nregion = eu-west-3\n" + (other if file == "config" else ""))
    if file != "config":
        keys = KEYS if file == "credentials" else other
        (signed_in.home / ".aws" / "credentials").write_text(f"[default]\n{keys}\n")
    output = signed_in.rolecall("serve", PROFILE, "--", *_who(client))
    assert output.returncode == 0, output.stderr
    arn = output.stdout
    if client == "javascript":
        keys = json.loads(output.stdout)
        sts = boto3.client(
            "sts",
            region_name="eu-west-1",
            endpoint_url=signed_in.server.url,
            aws_access_key_id=keys["accessKeyId"],
            aws_secret_access_key=keys["secretAccessKey"],
            aws_session_token=keys["sessionToken"],
        )
        arn = sts.get_caller_identity()["Arn"]
    assert f"::{ACCOUNT}:assumed-role/AWSReservedSSO_AWSAdministratorAccess_" in arn


def _who(client: str) -> list[str]:
    """Return a command that prints whose credentials a client uses without a profile."""
    if client == "cli":
        return [aws_cli(), "sts", "get-caller-identity"]
    if client == "boto3":
        return [sys.executable, "-c", _BOTO3_WHO]
    return javascript("who.js")


@pytest.mark.parametrize("switch", ["--clear", "plain"])
def test_a_switch_in_a_shell_of_serve_ends_its_credentials_there(
    signed_in: CommandLine, switch: str
) -> None:
    signed_in.add("[profile plain]\nregion = eu-west-1")
    found = f"'{sys.executable}' -c 'import boto3; print(boto3.Session().get_credentials())'"
    statements = " ".join(command("switch", "--shell=bash", switch))
    script = f'{found}; eval "$({statements})"; {found}'
    served = signed_in.rolecall(
        "serve", PROFILE, "--", "sh", "-c", script, AWS_EC2_METADATA_DISABLED="true"
    )
    before, after = served.stdout.splitlines()
    assert (before != "None", after) == (True, "None")


_DEFAULT = "[default]\nsso_session = corp\nsso_account_id = 656444254726\nsso_role_name = Ops"
_SAVE = (
    *("save", "--account", ACCOUNT, "--permission-set", "AWSReadOnlyAccess"),
    *("--name", "new"),
)


class TestCopies:
    """What is written to the copy of a file would be lost with it."""

    @pytest.fixture
    def at_desk(self, signed_in: CommandLine) -> CommandLine:
        signed_in.add(_DEFAULT)
        return signed_in

    def test_a_rolecall_of_the_command_refuses_to_write_them(self, at_desk: CommandLine) -> None:
        before, writes = at_desk.config.read_text(), at_desk.services.undo.writes()
        saved = at_desk.rolecall("serve", PROFILE, "--", *command(*_SAVE))
        assert (saved.returncode, at_desk.config.read_text()) == (1, before)
        assert "(a copy that `rolecall serve` made) and is unchanged" in saved.stderr
        assert "undo" not in saved.stdout + saved.stderr
        assert at_desk.services.undo.writes() == writes

    def test_a_rolecall_with_the_printed_variables_refuses_to_write_them(
        self, at_desk: CommandLine
    ) -> None:
        serving = at_desk.start("serve", PROFILE)
        assert serving.stdout is not None
        line = next(each for each in serving.stdout if "AWS_CONFIG_FILE" in each)
        path = line.split("'")[1]
        during = at_desk.rolecall(*_SAVE, AWS_CONFIG_FILE=path)
        assert (during.returncode, "that `rolecall serve` made" in during.stderr) == (1, True)
        serving.send_signal(signal.SIGTERM)
        assert serving.communicate(timeout=30)[1] == ""
        added = ("sign-in", at_desk.server.start_url, "--name", "late")
        after = at_desk.rolecall(*added, "--region", at_desk.server.region, AWS_CONFIG_FILE=path)
        assert (after.returncode, "that `rolecall serve` made" in after.stderr) == (1, True)
        assert not Path(path).parent.exists()

    def test_another_program_cannot_write_them_or_the_change_is_shown(
        self, at_desk: CommandLine
    ) -> None:
        """The modes of files do not bind root."""
        set_region = ("configure", "set", "region", "us-east-1", "--profile", "gone")
        done = at_desk.rolecall("serve", PROFILE, "--", aws_cli(), *set_region)
        if os.geteuid():
            assert done.returncode != 0
            assert "Permission denied" in done.stderr
        else:
            assert "The change is not in ~/.aws/config:\n" in done.stderr
            assert "+[profile gone]\n+region = us-east-1\n" in done.stderr
        assert "gone" not in at_desk.config.read_text()

    def test_a_change_that_was_forced_is_shown_without_secrets(self, at_desk: CommandLine) -> None:
        at_desk.services.locations.credentials.write_text(f"[default]\n{KEYS}\n")
        script = 'chmod u+w "$0"; printf "[x]\naws_secret_access_key = tell-nobody\n" >"$0"'
        in_shell = f"sh -c '{script}' \"$AWS_SHARED_CREDENTIALS_FILE\""
        done = at_desk.rolecall("serve", PROFILE, "--", "sh", "-c", in_shell + "; exit 3")
        assert done.returncode == 3
        assert "The change is not in ~/.aws/credentials:" in done.stderr
        assert "+[x]" in done.stderr
        assert "tell-nobody" not in done.stderr

    def test_nobody_may_write_them(self, at_desk: CommandLine) -> None:
        script = "import os, sys; print(*(oct(os.stat(each).st_mode) for each in sys.argv[1:]))"
        stat = f"'{sys.executable}' -c '{script}' \"$AWS_CONFIG_FILE\" \"${{AWS_CONFIG_FILE%/*}}\""
        modes = at_desk.rolecall("serve", PROFILE, "--", "sh", "-c", stat)
        assert (modes.stdout.split(), modes.stderr) == (["0o100400", "0o40500"], "")


def test_a_sign_in_after_a_revocation_is_used_at_once(signed_in: CommandLine) -> None:
    serving = signed_in.start("serve", PROFILE)
    host, token = printed_by(serving)
    signed_in.server.forget_sign_ins()
    for path in signed_in.role_cache.files():
        path.unlink()
    status, answer = ask(host, Authorization=token)
    assert (status, answer["code"]) == (500, "SignInNeeded")
    started = signed_in.start("sign-in", "corp")
    signed_in.server.approve(code_of(started))
    assert started.wait(timeout=30) == 0
    assert ask(host, Authorization=token)[0] == 200
    serving.send_signal(signal.SIGTERM)
    errors = serving.communicate(timeout=30)[1]
    assert "Sign in with `rolecall sign-in corp`" in errors


def test_an_error_that_cannot_be_printed_is_still_an_answer(signed_in: CommandLine) -> None:
    serving = signed_in.start("serve", PROFILE)
    assert serving.stdout is not None
    assert serving.stderr is not None
    host = serving.stdout.readline().split("/")[2]
    token = serving.stdout.readline().split("'")[1]
    serving.stderr.close()
    signed_in.server.forget_sign_ins()
    for path in signed_in.role_cache.files():
        path.unlink()
    for _ in range(2):
        status, answer = ask(host, Authorization=token)
        assert (status, answer["code"]) == (500, "SignInNeeded")
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(timeout=30) == 0


def test_serving_needs_a_sign_in(signed_out: CommandLine) -> None:
    result = signed_out.rolecall("serve", PROFILE)
    assert (result.returncode, result.stdout) == (125, "")
    assert "Signed out of corp" in result.stderr


@pytest.mark.parametrize("words", [["--port={}", PROFILE, "--"], [PROFILE, "--port", "{}"]])
def test_a_port_that_is_taken_is_named(signed_in: CommandLine, words: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = signed_in.rolecall("serve", *(word.format(port) for word in words), "true")
    assert (result.returncode, result.stdout) == (125, "")
    assert f"Port {port} cannot be used: Address already in use." in result.stderr


@pytest.mark.parametrize("descriptors", [1024, 40])
def test_connections_of_another_user_do_not_stop_it(
    signed_in: CommandLine, descriptors: int
) -> None:
    limited = ["sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh"]
    serving = signed_in.start("serve", PROFILE, under=limited)
    host, token = printed_by(serving)
    with flood(int(host.rpartition(":")[2]), b"G"):
        assert ask(host, Authorization=token)[0] == 200
    serving.send_signal(signal.SIGTERM)
    assert serving.communicate(timeout=30)[1] == ""


def printed_by(serving: subprocess.Popen[str]) -> tuple[str, str]:
    """The host and the token in the first two lines that `rolecall serve` prints."""
    assert serving.stdout is not None
    return serving.stdout.readline().split("/")[2], serving.stdout.readline().split("'")[1]


def ask(host: str, path: str = "/credentials", **headers: str) -> tuple[int, Any]:
    connection = HTTPConnection(host, timeout=9)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


@pytest.mark.quick
def test_a_renewal_has_no_terminal_if_the_first_keys_had_none(signed_in: CommandLine) -> None:
    """A program for keys that has none has its own session."""
    keys = {"Version": 1, "AccessKeyId": "ASIA1", "SecretAccessKey": "x", "SessionToken": "y"}
    program, sessions = signed_in.home / "keys", signed_in.home / "sessions"
    program.write_text(
        f"#!{sys.executable}\nimport os\nopen({str(sessions)!r}, 'a').write(f'{{os.getsid(0)}} ')\n"
        f"print({json.dumps(keys)!r})\n"
    )
    program.chmod(0o755)
    signed_in.add(f"[profile helper]\ncredential_process = {program}")
    service = replace(signed_in.services.credentials, has_terminal=False)
    get = renewing(Source(service, SwitchTarget("helper"), None, ""), "helper")
    assert get().credentials.access_key_id == get().credentials.access_key_id == "ASIA1"
    assert str(os.getsid(0)) not in sessions.read_text().split()
