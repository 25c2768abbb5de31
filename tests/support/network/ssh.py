"""An OpenSSH server on loopback, with its own keys and settings."""

from __future__ import annotations

import getpass
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.network.slow_line import SlowLine
from tests.support.programs import program, require_root


@contextmanager
def ssh_server(folder: Path, *, slow: bool = False) -> Iterator[list[str]]:
    """Start the server. Yields the command that connects to it.

    With `slow` the line has a round trip of 80 ms and 256 kbit/s. Skips the test without OpenSSH,
    and for ordinary users: sshd needs /run/sshd.
    """
    require_root()
    sshd, ssh, ssh_keygen = program("sshd"), program("ssh"), program("ssh-keygen")
    # sshd drops its privileges in this folder, which Debian creates only for its service.
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        keygen = [ssh_keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(keygen, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nPermitRootLogin yes\n"
        "PrintMotd no\nPrintLastLog no\n"
    )
    with ExitStack() as stack:
        near = stack.enter_context(SlowLine(port)).port if slow else port
        _write_client(folder, near)
        command = [sshd, "-D", "-e", "-f", str(folder / "sshd_config")]
        server = stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        stack.callback(server.terminate)
        assert server.stderr is not None
        line = server.stderr.readline()
        assert "Server listening" in line, line
        yield [ssh, "-F", str(folder / "ssh_config"), "demo"]


def _write_client(folder: Path, port: int) -> None:
    host_key = (folder / "host.pub").read_text()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}")
    (folder / "ssh_config").write_text(
        f"Host demo\nHostName 127.0.0.1\nPort {port}\nUser {getpass.getuser()}\n"
        f"IdentityFile {folder}/user\nIdentitiesOnly yes\nIdentityAgent none\nBatchMode yes\n"
        f"UserKnownHostsFile {folder}/known_hosts\nRequestTTY force\nLogLevel ERROR\n"
    )
