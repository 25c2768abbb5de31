"""`rolecall exec`: the command runs with the credentials, as if called directly."""

from __future__ import annotations

import json
import os
import resource
import shlex
import signal
import subprocess
import sys

import pytest

from rolecall.demo.faults import Fault
from tests.cli.conftest import ACCOUNT, PROFILE, CommandLine, command
from tests.support.programs import completed, program
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

CAREFUL = f"""
[profile careful]
role_arn = arn:aws:iam::{ACCOUNT}:role/Careful
source_profile = {PROFILE}
mfa_serial = arn:aws:iam::{ACCOUNT}:mfa/kim
"""
_ENVIRON = (sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))")


@pytest.mark.quick
def test_the_command_has_the_credentials_in_its_environment(signed_in: CommandLine) -> None:
    old = {
        "AWS_PROFILE": "other",
        "AWS_DEFAULT_PROFILE": "other",
        "AWS_SESSION_TOKEN": "old",
        "AWS_SECURITY_TOKEN": "old",
        "AWS_ACCOUNT_ID": "111122223333",
        "KEPT": "1",
    }
    found = json.loads(signed_in.output_of("exec", PROFILE, "--", *_ENVIRON, **old))
    exported = json.loads(signed_in.output_of("export", PROFILE, "--format", "json"))
    assert found["AWS_ACCESS_KEY_ID"] == exported["AccessKeyId"]
    assert found["AWS_SECRET_ACCESS_KEY"] == exported["SecretAccessKey"]
    assert found["AWS_SESSION_TOKEN"] == exported["SessionToken"]
    assert found["AWS_CREDENTIAL_EXPIRATION"] == exported["Expiration"]
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "eu-central-1"
    assert found["ROLECALL_PROFILE"] == found["AWS_VAULT"] == PROFILE
    assert found["AWS_ACCOUNT_ID"] == ACCOUNT  # which boto3 and JavaScript read with the keys
    assert found["KEPT"] == "1"
    assert not {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN"} & found.keys()


def test_the_command_replaces_rolecall_and_has_no_secret_in_its_arguments(
    signed_in: CommandLine,
) -> None:
    words = ("sh", "-c", "echo $$; cat /proc/$$/cmdline; exit 7", "--", "-x", "a b")
    started = signed_in.start("exec", PROFILE, *words)
    output, _ = started.communicate(timeout=60)
    assert output.replace("\0", "\n").splitlines() == [
        str(started.pid),
        *words[:2],
        words[2],
        *words[3:],
    ]
    assert started.returncode == 7


def test_the_command_has_the_signals_of_a_direct_call(signed_in: CommandLine) -> None:
    result = signed_in.rolecall("exec", PROFILE, "--", "sh", "-c", "kill -TERM $$")
    assert result.returncode == -signal.SIGTERM
    tell = [program("grep"), "SigIgn", "/proc/self/status"]
    directly = subprocess.run(tell, capture_output=True, text=True, check=True).stdout
    assert signed_in.output_of("exec", PROFILE, "--", *tell) == directly


@pytest.mark.parametrize("rolecall", ["exec", "serve"])
@pytest.mark.parametrize("ignored", ["", "trap '' PIPE", "trap '' XFSZ USR1", "trap '' PIPE XFSZ"])
def test_the_command_ignores_the_signals_that_the_shell_ignores(
    signed_in: CommandLine, rolecall: str, ignored: str
) -> None:
    tell = f"{program('grep')} SigIgn /proc/self/status"
    called = shlex.join(command(rolecall, PROFILE, "--", *shlex.split(tell)))
    script = f"{ignored}\n{tell}\n{called}\nexit"
    environ = {"PATH": os.environ["PATH"], **signed_in.environ}
    found = completed([program("bash"), "-c", script], environ).stdout.splitlines()
    assert len(found) == 2
    assert found[0] == found[1]


@pytest.mark.parametrize("rolecall", ["exec", "serve"])
def test_the_input_is_for_the_command_and_not_for_the_program_with_the_credentials(
    signed_in: CommandLine, rolecall: str
) -> None:
    """Such a program may read all that it gets, as ssh does."""
    answer = {"Version": 1, "AccessKeyId": "ASIAVAULT", "SecretAccessKey": "s"}
    keys = signed_in.home / "keys"
    keys.write_text(f"#!/bin/sh\ncat >&2\necho '{json.dumps(answer)}'\n")
    keys.chmod(0o755)
    signed_in.add(f"\n[profile vault]\ncredential_process = {keys}\n")
    started = signed_in.start(rolecall, "vault", "--", "cat", stdin=subprocess.PIPE)
    output, _ = started.communicate("for the command\n", timeout=60)
    assert (started.returncode, output) == (0, "for the command\n")


@pytest.mark.parametrize("rolecall", ["exec", "serve"])
def test_the_command_has_the_locale_of_a_direct_call(signed_in: CommandLine, rolecall: str) -> None:
    """In the locale C, Python sets a variable that the caller has not set."""
    signed_in.forks = False
    script = [program("sh"), "-c", "echo ${LC_CTYPE-unset}"]
    words = (rolecall, PROFILE, "--", *script)
    assert signed_in.output_of(*words, LANG="C", LC_ALL="") == "unset\n"
    assert signed_in.output_of(*words, LANG="C", LC_CTYPE="C.UTF-8") == "C.UTF-8\n"


@pytest.mark.parametrize("rolecall", ["exec", "serve"])
def test_a_script_without_an_interpreter_is_run_by_the_shell(
    signed_in: CommandLine, rolecall: str
) -> None:
    """As env(1) does, with a path and on the PATH."""
    folder = signed_in.home / "bin"
    folder.mkdir()
    script = folder / "my-script"
    script.write_text("echo script $1\n")
    script.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    for name in (str(script), "my-script"):
        words = (rolecall, PROFILE, "--", name, "a b")
        assert signed_in.output_of(*words, PATH=path) == "script a b\n"


@pytest.mark.parametrize("rolecall", ["exec", "serve", "exec --all"])
def test_the_command_may_dump_its_core_and_rolecall_may_not(
    signed_in: CommandLine, rolecall: str
) -> None:
    """Rolecall has secrets in its memory, and the limit of the command is the user's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("needs the right to dump cores")
    resource.setrlimit(resource.RLIMIT_CORE, (4096, hard))
    signed_in.forks = False
    try:
        limit = ["sh", "-c", "ulimit -c"]
        directly = subprocess.run(limit, capture_output=True, text=True, check=True).stdout
        script = "ulimit -c"
        if rolecall != "exec":  # the command is a child of rolecall, which may be slower
            none = "Max core file size *0 "
            script += f"; until grep -q '{none}' /proc/$PPID/limits; do :; done"
        words = [*rolecall.split(), "audit" if "--all" in rolecall else PROFILE]
        found = signed_in.output_of(*words, "--", "sh", "-c", script)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    lines = [line.rpartition(" ")[2] for line in found.splitlines()]
    assert lines == directly.split() * (3 if rolecall == "exec --all" else 1)


@pytest.mark.parametrize(
    ("words", "status"), [(("no-such-program",), 127), (("/etc/passwd",), 126), (("",), 127)]
)
def test_a_command_that_cannot_be_run(
    signed_in: CommandLine, words: tuple[str, ...], status: int
) -> None:
    result = signed_in.rolecall("exec", PROFILE, "--", *words)
    assert result.returncode == status
    assert result.stderr.startswith(words[0] or "'': ")


def test_nothing_is_run_when_signed_out(signed_out: CommandLine) -> None:
    result = signed_out.rolecall("exec", PROFILE, "--", "echo", "ran")
    assert (result.returncode, result.stdout) == (125, "")
    assert "Signed out of corp" in result.stderr


def test_job_control_works_and_a_shell_names_its_profile(signed_in: CommandLine) -> None:
    environ = {
        **signed_in.environ,
        "PS1": "outside$ ",
        "SHELL": "/bin/sh",
        "TERM": "xterm-256color",
    }
    run = " ".join(command("exec", PROFILE))
    sleep = ["sleep", "1000"]
    with Terminal(["bash", "--norc", "--noprofile"], env=environ, columns=150) as terminal:
        terminal.wait_for(r"outside\$")
        terminal.press(f"{run} -- {shlex.join(sleep)}\r")
        terminal.wait_until(lambda: terminal.foreground_command() == sleep, what="sleep to run")
        terminal.press("\x1a")
        terminal.wait_for("Stopped")
        terminal.press("fg\r")
        terminal.wait_until(lambda: terminal.foreground_command() == sleep, what="sleep again")
        terminal.press("\x03")
        terminal.press("echo status $?\r")
        terminal.wait_for("status 130")
        terminal.press(f"{run}\r")
        terminal.wait_for(rf"This shell has the credentials of {PROFILE} · {ACCOUNT}")
        terminal.press('echo "now: $ROLECALL_PROFILE"\r')
        terminal.wait_for(f"now: {PROFILE}")


def test_an_mfa_code_is_asked_for_only_on_a_terminal(signed_in: CommandLine) -> None:
    signed_in.add(CAREFUL)
    refused = signed_in.rolecall("export", "careful")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "careful needs an MFA code from arn:aws:iam" in refused.stderr
    words = command("exec", "careful", "--", "sh", "-c", "echo now: $ROLECALL_PROFILE")
    with Terminal(words, env=signed_in.environ) as terminal:
        terminal.wait_for(rf"^MFA code from arn:aws:iam::{ACCOUNT}:mfa/kim:")
        assert not terminal.is_echoing
        terminal.press("12345\r")
        terminal.wait_until(
            lambda: terminal.screen_text().count("MFA code from") == 2, what="a second question"
        )
        terminal.press("123456\r")
        terminal.wait_for("^now: careful")
        assert "12345" not in terminal.screen_text()
        assert terminal.is_echoing
    # Nothing that is typed before the question is lost, or shown once AWS is called.
    for path in signed_in.role_cache.files():
        path.unlink()
    faults = signed_in.server.faults
    faults.add("GetRoleCredentials", Fault.HANG)
    with Terminal(words, env=signed_in.environ) as terminal:
        faults.hanging.acquire()
        assert not terminal.is_echoing
        terminal.press("123456\r")
        faults.clear()
        terminal.wait_for("^now: careful")
        assert terminal.screen_text().count("MFA code from") == 1
        assert "123456" not in terminal.screen_text()
        assert terminal.is_echoing


@pytest.mark.parametrize("stop", ["ctrl+z", signal.SIGSTOP], ids=str)
@pytest.mark.parametrize("shell", ["sh", "bash --norc --noprofile"], ids=["sh", "bash"])
def test_an_mfa_code_is_hidden_also_after_a_stop(
    signed_in: CommandLine, shell: str, stop: str | signal.Signals
) -> None:
    """Bash sets its own modes for its prompt and for a continued program; dash keeps what it finds.
    SIGSTOP cannot be handled, so that rolecall cannot show typed characters before it.
    """
    signed_in.add(CAREFUL)
    environ = {**signed_in.environ, "PS1": "outside$ "}
    words = command("export", "careful")
    sleep = ["sleep", "1000"]
    name, *options = shell.split()
    with Terminal([program(name), *options], env=environ, columns=150) as terminal:
        terminal.wait_for(r"outside\$")
        terminal.press(f"{shlex.join(words)}\r")
        terminal.wait_for("^MFA code from")
        assert not terminal.is_echoing
        if isinstance(stop, str):
            terminal.press("999")
            terminal.press(stop)
        else:
            os.killpg(terminal.foreground_group, stop)
        terminal.wait_for("Stopped")
        if isinstance(stop, str):
            terminal.press(f"{shlex.join(sleep)}\r")
            terminal.wait_until(lambda: terminal.foreground_command() == sleep, what="sleep")
            assert terminal.is_echoing
            terminal.press("ctrl+c")
        terminal.press("fg\r")
        terminal.wait_until(
            lambda: terminal.foreground_command() == words and not terminal.is_echoing,
            what="hidden input",
        )
        terminal.wait_until(
            lambda: terminal.screen_lines()[terminal.screen.cursor.y].startswith("MFA code from"),
            what="the question below the command",
        )
        terminal.press("123456\r")
        terminal.wait_for("AWS_ACCESS_KEY_ID")
        assert "123456" not in terminal.screen_text()
        assert terminal.screen_text().count("MFA code from") == 2


@pytest.mark.parametrize("end", ["error", "Ctrl+C"])
def test_typed_characters_are_shown_again_after_a_command_without_a_question(
    signed_in: CommandLine, end: str
) -> None:
    signed_in.add(CAREFUL)
    faults = signed_in.server.faults
    faults.add("GetRoleCredentials", 403 if end == "error" else Fault.HANG)
    words = command("exec", "careful", "--", "true")
    with Terminal(words, env=signed_in.environ) as terminal:
        if end == "Ctrl+C":
            faults.hanging.acquire()
            assert not terminal.is_echoing
            terminal.press("ctrl+c")
        assert terminal.wait_exit(60) == (130 if end == "Ctrl+C" else 125)
        assert terminal.is_echoing
    faults.clear()


@pytest.mark.parametrize("words", [("switch", "--shell=bash"), ("exec",)], ids=["switch", "exec"])
def test_with_settings_that_cannot_be_read_every_use_asks_and_nothing_is_noted(
    signed_in: CommandLine, words: tuple[str, ...]
) -> None:
    write_settings(signed_in.home, 'production = "none"\nlog = true\nlog = \n')
    environ = {**signed_in.environ, "SHELL": "/bin/echo"}
    for answer, status in ("n", 130), ("y", 0):
        with Terminal(command(*words, PROFILE), env=environ, columns=250) as terminal:
            terminal.wait_for(r"settings\.toml, line 3: not TOML \(.*\), so it is not used: every")
            terminal.wait_for(rf"{PROFILE} is production\. Use it\? \[y/N\]:")
            terminal.press(answer, "enter")
            assert terminal.wait_exit(60) == status
    assert list(signed_in.home.rglob("handed-out.log")) == []


def test_a_subshell_of_a_production_profile_asks_once(signed_in: CommandLine) -> None:
    config = signed_in.config
    config.write_text(config.read_text().replace(f"profile {PROFILE}", "profile CoreProd"))
    shell = {"SHELL": "/bin/echo"}
    for words, answer, status in (
        (("exec", "CoreProd"), "n", 130),
        (("exec", "CoreProd"), "y", 0),
        (("exec", "--yes", "CoreProd"), "", 0),
        (("exec", "CoreProd", "true"), "", 0),
    ):
        with Terminal(command(*words), env={**signed_in.environ, **shell}) as terminal:
            if answer:
                terminal.wait_for(r"CoreProd is production\. Use it\? \[y/N\]:")
                terminal.press(answer, "enter")
            assert terminal.wait_exit(60) == status
            assert ("production" in terminal.screen_text()) == bool(answer)
    # Without a terminal there is nobody to ask.
    assert signed_in.rolecall("exec", "CoreProd", **shell).returncode == 0


def test_an_option_is_not_taken_as_the_reason(signed_in: CommandLine) -> None:
    done = signed_in.rolecall("exec", "--reason", "--all", "prod", "--", "true")
    assert (done.returncode, "--reason needs a text" in done.stderr) == (2, True)
