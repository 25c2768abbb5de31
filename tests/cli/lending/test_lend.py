"""`rolecall lend`: a program that is sealed, with the keys that it was lent and no others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.domain.lending.seal import METADATA, RESOLVER
from rolecall.services.lending.check import traps
from rolecall.terminal.sealed import ESCAPES
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.support.programs import aws_cli, completed, require_seal
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

LEND = ("lend", PROFILE, "--allow", "s3")


@pytest.fixture
def desk(signed_in: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The machine, in a working folder of its home."""
    require_seal()
    folder = signed_in.home / "src"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return signed_in


@pytest.fixture
def shell(desk: CommandLine) -> Iterator[Terminal]:
    environ = {"PATH": os.environ["PATH"], **desk.environ, "PS1": "$ "}
    with Terminal(["bash", "--norc", "--noprofile"], env=environ, columns=150) as terminal:
        terminal.wait_for(r"\$\s*\Z")
        terminal.send(f'lend() {{ {" ".join(command(*LEND, "--"))} "$@"; }}\n')
        yield terminal


@pytest.mark.quick
def test_the_aws_cli_may_do_only_what_was_lent(desk: CommandLine) -> None:
    assert "uploads" in desk.output_of(*LEND, "--", aws_cli(), "s3", "ls", "--profile", PROFILE)
    refused = desk.rolecall(*LEND, "--", aws_cli(), "secretsmanager", "list-secrets")
    assert refused.returncode == 254
    assert "AccessDeniedException" in refused.stderr


@pytest.mark.quick
def test_every_way_out_of_a_seal_is_closed(desk: CommandLine) -> None:
    lines = desk.output_of("lend", "--check").splitlines()
    assert len(lines) == 19
    assert {line.split()[0] for line in lines} == {"closed"}


def test_every_way_out_is_open_without_a_seal(desk: CommandLine) -> None:
    """So the check can fail. Only root has rights that a program could get."""
    with Terminal([sys.executable, "-c", _UNSEALED], env=os.environ | desk.environ) as terminal:
        terminal.wait_exit()
    found = json.loads((Path.cwd() / "found.json").read_text())
    closed = {name for name, is_open in found.items() if not is_open}
    assert closed <= (set() if os.geteuid() == 0 else {"kernel", "programs", "umount"})


_UNSEALED = f"""
import json, os, subprocess, sys
from rolecall.services.lending.check import {traps.__name__}
with traps(os.environ) as made:
    command = [sys.executable, "-IS", {ESCAPES!r}, str(made.folder)]
    subprocess.run(command, env=made.environ, close_fds=False, check=True)
    open("found.json", "w").write(json.dumps(made.result()))
"""


def test_with_an_open_network_the_file_system_is_closed(desk: CommandLine) -> None:
    folder = desk.home / "bin"
    folder.mkdir()
    for name in ("bwrap", "unshare"):
        (folder / name).symlink_to(next(Path("/").glob(f"usr/bin/{name}")))
    result = desk.rolecall("lend", "--check", PATH=str(folder))
    opened = [line[8:] for line in result.stdout.splitlines() if line.startswith("OPEN")]
    assert opened == [
        "reach sockets without a file",
        "reach servers of this machine",
        "get the role of this instance or container",
    ]
    assert result.returncode == 1
    assert "passt" in result.stderr


def test_a_program_for_keys_cannot_ask_while_the_lent_one_has_the_terminal(
    desk: CommandLine,
) -> None:
    """What it asked would be answered, or read, by the program in the seal."""
    own = " ".join(command("credential-process", "--profile", PROFILE))
    soon = (datetime.now(UTC) + timedelta(seconds=90)).strftime("%FT%TZ")
    helper, said = desk.home / "keys-of-helper", desk.home / "said"
    helper.write_text(
        f"#!/bin/sh\n(: > /dev/tty) && echo asks >> {said} || echo cannot >> {said}\n"
        f'{own} | sed \'s/"Expiration": "[^"]*"/"Expiration": "{soon}"/\'\n'
    )
    helper.chmod(0o755)
    desk.add(f"[profile helper]\ncredential_process = {helper}\nregion = eu-west-1")
    lend = command("lend", "helper", "--yes", "--", aws_cli(), "sts", "get-caller-identity")
    with Terminal(lend, env=os.environ | desk.environ) as terminal:
        assert terminal.wait_exit() == 0, terminal.screen_text()
    first, *_, last = said.read_text().split()
    assert (first, last) == ("asks", "cannot")


@pytest.mark.quick
def test_the_program_gets_no_other_keys_from_rolecall(desk: CommandLine) -> None:
    for name in ("credential-process", "export"):
        result = desk.rolecall(*LEND, "--", *command(name, "--profile", PROFILE))
        assert result.returncode != 0
        assert "AccessKeyId" not in result.stdout
    role = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET, "--sso-session", "corp")
    assert desk.rolecall(*LEND, "--", *command("credential-process", *role)).returncode != 0


def test_it_writes_only_where_it_may(desk: CommandLine) -> None:
    (desk.home / ".cache-of-agent").mkdir()
    (desk.home / ".bashrc").write_text("")
    script = "for each in x ~/.cache-of-agent/x ~/x ~/.bashrc ~/.config/x; do echo 1 >> $each; done"
    write = ("--write", str(desk.home / ".cache-of-agent"))
    result = desk.rolecall(*LEND, *write, "--", "sh", "-c", script)
    assert result.stderr.count("Read-only file system") == 3
    assert (desk.home / "src/x").exists()
    assert (desk.home / ".cache-of-agent/x").exists()
    assert (desk.home / ".bashrc").read_text() == ""


def test_what_is_made_or_replaced_during_a_lend_stays_hidden(desk: CommandLine) -> None:
    """The kernel uncovers a folder that is renamed, and a file that another one takes the place
    of: so do those who sign in again, and programs that save.
    """
    keys = desk.home / "dotfiles" / "keys"
    keys.parent.mkdir()
    replaced = (keys, desk.home / ".bash_history")
    for path in replaced:
        path.write_text("[default]\n")
    found = "~/.aws/sso/cache/* ~/dotfiles/keys ~/.bash_history ~/logins/* ~/.aws-vault/*"
    script = f"echo runs; read x; cat {found}"
    environ = {"AWS_SHARED_CREDENTIALS_FILE": str(keys)}
    environ |= {"AWS_LOGIN_CACHE_DIRECTORY": str(desk.home / "logins")}
    with desk.start(*LEND, "--", "sh", "-c", script, stdin=subprocess.PIPE, **environ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "runs\n"
        (desk.home / ".aws").rename(desk.home / "old")
        for each in (".aws/sso/cache/token", "logins/token", ".aws-vault/keys"):
            (desk.home / each).parent.mkdir(parents=True, exist_ok=True)
            (desk.home / each).write_text("secret")
        for path in replaced:
            (desk.home / "new").write_text("secret")
            (desk.home / "new").rename(path)
        out, _ = started.communicate("\n")
        assert out == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes mounts that are passed on")
@pytest.mark.parametrize("options", [(), ("--open-network",)])
def test_what_is_mounted_during_a_lend_stays_out(desk: CommandLine, options: Sequence[str]) -> None:
    """It would be open to changes."""
    under = ("unshare", "--mount", "--propagation", "shared", "--")
    count = ("grep", "-c", "-E", " (shared|master):", "/proc/self/mountinfo")
    with desk.start(*LEND, *options, "--", *count, under=under) as started:
        assert started.communicate()[0] == "0\n"


def test_names_are_looked_up_outside_if_the_resolver_is_local(desk: CommandLine) -> None:
    """Linux gives the whole network of an address to an interface if nobody says otherwise."""
    script = f"""
import socket
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(({RESOLVER!r}, 53))
print(client.getsockname()[0] in {METADATA!r})
"""
    assert desk.output_of(*LEND, "--", sys.executable, "-c", script) == "False\n"


def test_streams_and_the_exit_status_are_those_of_the_program(desk: CommandLine) -> None:
    words = command(*LEND, "--", "sh", "-c", "cat; echo err >&2; exit 7")
    environ = {"PATH": os.environ["PATH"], **desk.environ}
    result = completed(words, environ, check=False, input="typed\n" * 50_000)
    assert (result.returncode, result.stdout) == (7, "typed\n" * 50_000)
    assert result.stderr.endswith("err\n")
    killed = desk.rolecall(*LEND, "--", "sh", "-c", "kill -9 $$")
    assert killed.returncode == 128 + signal.SIGKILL
    assert desk.rolecall(*LEND, "--", "no-such-program").returncode == 127


def test_the_log_has_the_lend_and_its_end(desk: CommandLine) -> None:
    asked = ("--minutes", "15", "--reason", "INC-4711")
    desk.output_of(*LEND, *asked, "--", aws_cli(), "s3", "ls")
    begun, ended = json.loads(desk.output_of("log", "--json", "INC-4711"))
    assert (begun["kind"], ended["kind"]) == ("lend", "lend-end")
    assert begun["lend"] == ended["lend"]
    assert (begun["rights"], begun["minutes"], begun["seal"]) == ("allow s3", 15, "sealed")
    issued = desk.server.issued(begun["access_key_id"])
    assert begun["scoped_session"] == issued.scoped_session_id


def test_all_that_a_role_may_is_lent_only_to_who_says_so(desk: CommandLine) -> None:
    for asked in ((), ("--minutes", "15"), ("--yes",)):
        refused = desk.rolecall("lend", PROFILE, *asked, "--", "true")
        assert refused.returncode == 125
        assert "here is none" in refused.stderr
    assert desk.credential_calls() == 0
    words = command("lend", PROFILE, "--", "echo", "ran")
    environ = {"PATH": os.environ["PATH"], **desk.environ}
    for answer, status in (("n", 130), ("y", 0)):
        with Terminal(words, env=environ) as terminal:
            terminal.wait_for(f"everything that {PROFILE} may do is lent")
            terminal.send(f"{answer}\n")
            assert terminal.wait_exit() == status


def test_what_is_missing_is_named(desk: CommandLine) -> None:
    write_settings(desk.home, 'production = "audit"\n')
    folder = desk.home / "bin"
    folder.mkdir()
    (folder / "true").symlink_to("/usr/bin/true")
    missing = desk.rolecall(*LEND, "--", "true", PATH=str(folder))
    assert missing.returncode == 125
    assert "install bubblewrap" in missing.stderr
    (folder / "bwrap").symlink_to("/usr/bin/bwrap")
    production = desk.rolecall(*LEND, "--", "true", PATH=str(folder))
    assert production.returncode == 125
    assert "install passt" in production.stderr
    assert desk.credential_calls() == 0
    desk.output_of(*LEND, "--open-network", "--", "true", PATH=str(folder))


def test_what_cannot_be_sealed_is_refused_before_aws_is_asked(desk: CommandLine) -> None:
    refused = desk.rolecall(*LEND, "--", "true", at=str(desk.home))
    assert refused.returncode == 125
    assert "Lent" not in refused.stderr
    assert desk.credential_calls() == 0
    assert json.loads(desk.output_of("log", "--json")) == []


def test_without_a_seal_it_says_what_is_open(desk: CommandLine) -> None:
    result = desk.rolecall(*LEND, "--no-seal", "--", aws_cli(), "s3", "ls")
    assert "uploads" in result.stdout
    assert "can read all your tokens and keys" in result.stderr
    assert {each["seal"] for each in json.loads(desk.output_of("log", "--json"))} == {"no-seal"}


def test_the_program_ends_with_rolecall(desk: CommandLine) -> None:
    """Standard output is open as long as one of its processes runs."""
    started = desk.start(*LEND, "--", "sh", "-c", "echo runs; exec sleep 1000")
    with started:
        assert started.stdout is not None
        assert started.stdout.readline() == "runs\n"
        os.kill(started.pid, signal.SIGKILL)
        assert started.stdout.read() == ""


def test_a_signal_reaches_the_program(desk: CommandLine) -> None:
    script = "trap 'echo got; exit 3' TERM; echo runs; while :; do sleep 0.1; done"
    started = desk.start(*LEND, "--", "sh", "-c", script, stdin=subprocess.DEVNULL)
    with started:
        assert started.stdout is not None
        assert started.stdout.readline() == "runs\n"
        started.send_signal(signal.SIGTERM)
        assert started.stdout.read() == "got\n"
        assert started.wait() == 3


def test_a_shell_in_a_seal_has_colours_jobs_and_the_size_of_the_window(shell: Terminal) -> None:
    shell.send("lend bash --norc --noprofile -i\n")
    shell.wait_for(r"Lent: .*\s+\$\s*\Z")
    shell.send("clear; stty size; tty; printf '\\e[31m%s\\e[m\\n' colour\n")
    shell.wait_for(r"30 150\s+/dev/pts/0\s+colour")
    assert shell.cell(0, 2).fg == "red"
    shell.send("sh -c 'echo runs; exec sleep 100'\n")
    shell.wait_for(r"\nruns")
    shell.send("\x1a")
    shell.wait_for("Stopped")
    shell.send("fg\n")
    shell.wait_for(r"fg\s+sh -c")
    shell.send("\x03")
    shell.wait_for(r"\^C\s*\$\s*\Z")
    shell.send("echo status=$?\n")
    shell.wait_for("status=130")
    shell.resize(100, 25)
    shell.send("clear; stty size\n")
    shell.wait_for("25 100")
    shell.send("exit 5\n")
    shell.wait_for(r"exit 5\s+exit\s+\$\s*\Z")
    shell.send("echo left=$?\n")
    shell.wait_for("left=5")


def test_ctrl_z_stops_a_lend_and_fg_goes_on(shell: Terminal) -> None:
    shell.send("lend sh -c 'echo runs; exec sleep 1000'\n")
    shell.wait_for(r"\nruns")
    shell.send("\x1a")
    shell.wait_for(r"\[1\]\+\s+Stopped")
    shell.send("fg\n")
    shell.wait_for(r"fg\s+.*lend")
    shell.send("\x03")
    shell.wait_for(r"\^C\s*\$\s*\Z")
    shell.send("echo status=$?\n")
    shell.wait_for("status=130")
