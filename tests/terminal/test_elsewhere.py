"""The same job inside tmux, and on the far end of an SSH connection."""

from __future__ import annotations

import getpass
import shlex
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.needs import needs_program, needs_root
from tests.terminal.conftest import ACCOUNTS, ROLECALL, WAITING, Desk, save_audit_admin

SSHD = "/usr/sbin/sshd"
PROFILE = "[profile audit-admin]"


@needs_program("tmux")
def test_inside_tmux(desk: Desk) -> None:
    """A terminal shows the tmux; tmux itself types and says what it has on its screen."""
    socket_path = desk.home / "tmux"
    tmux = ["tmux", "-S", str(socket_path), "-f", "/dev/null"]

    def ask(*command: str) -> str:
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **desk.environment}
        return subprocess.run(
            [*tmux, *command], env=environment, capture_output=True, text=True, check=True
        ).stdout

    with desk.open(*tmux, "new-session", str(ROLECALL)) as terminal:
        desk.approve(terminal)
        ask("send-keys", "Down", "Up")
        save_audit_admin(terminal)
        assert "audit-admin is in ~/.aws/config" in ask("capture-pane", "-p")
        ask("send-keys", "q")
        terminal.wait_for(r"\[exited\]|no server")
        assert terminal.wait_exit() == 0
    assert PROFILE in desk.config.read_text()


@needs_root
@needs_program(SSHD)
@needs_program("ssh")
def test_over_ssh(desk: Desk, tmp_path: Path) -> None:
    """Nothing is opened on the far machine; losing the line loses nothing."""
    variables = shlex.join(f"{name}={value}" for name, value in desk.environment.items())
    with ssh_server(tmp_path / "ssh") as ssh:
        with desk.open(*ssh, f"env {variables} {ROLECALL}") as terminal:
            terminal.wait_for(WAITING)
            terminal.press("o")
            terminal.wait_for("This is an SSH session")
            desk.approve(terminal)
            save_audit_admin(terminal)
            terminal.press("u")
            terminal.wait_for("^audit-admin$")
            assert terminal.wait_exit() == 0
        assert PROFILE in desk.config.read_text()
        with desk.open(*ssh, f"env {variables} {ROLECALL}") as terminal:
            terminal.wait_for(ACCOUNTS)
    assert desk.sign_ins() == 1


@contextmanager
def ssh_server(folder: Path) -> Iterator[list[str]]:
    """A server on loopback with keys and settings of its own; the command that connects to it."""
    # It leaves its privileges behind in this folder, which Debian makes only for its own service.
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name]
        subprocess.run(keygen, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nPermitRootLogin yes\n"
        "PrintMotd no\nPrintLastLog no\n"
    )
    host_key = (folder / "host.pub").read_text()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}")
    (folder / "ssh_config").write_text(
        f"Host demo\nHostName 127.0.0.1\nPort {port}\nUser {getpass.getuser()}\n"
        f"IdentityFile {folder}/user\nIdentitiesOnly yes\nIdentityAgent none\nBatchMode yes\n"
        f"UserKnownHostsFile {folder}/known_hosts\nRequestTTY force\nLogLevel ERROR\n"
    )
    command = [SSHD, "-D", "-e", "-f", str(folder / "sshd_config")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        assert "Server listening" in line, line
        try:
            yield ["ssh", "-F", str(folder / "ssh_config"), "demo"]
        finally:
            server.terminate()
