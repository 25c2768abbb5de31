"""Bad input: a sentence that names the problem; nothing is lost, and there is no traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    ROLECALL,
    TerminalDesk,
    open_save_form,
    wait_for_wrapped,
)
from tests.support.obstacles.full_disk import BALLAST, fill_up, small_disk
from tests.support.programs import program, require_root
from tests.support.terminal import Terminal


def quit_cleanly(terminal: Terminal) -> None:
    terminal.quit()
    assert b"Traceback" not in terminal.received


def test_a_region_that_does_not_exist(desk: TerminalDesk) -> None:
    text = desk.config.read_text()
    desk.config.write_text(text.replace("sso_region = eu-west-1", "sso_region = the moon"))
    with desk.open() as terminal:
        wait_for_wrapped(terminal, "“the moon” is not an AWS region")
        quit_cleanly(terminal)


def test_a_web_server_that_is_not_an_identity_center(desk: TerminalDesk, tmp_path: Path) -> None:
    with web_server(tmp_path) as address:
        env = {"AWS_ENDPOINT_URL_SSO": address, "AWS_ENDPOINT_URL_SSO_OIDC": address}
        with desk.open(env=env) as terminal:
            wait_for_wrapped(terminal, "127.0.0.1")
            wait_for_wrapped(terminal, "does not answer like AWS")
            quit_cleanly(terminal)


@pytest.mark.parametrize(
    "broken",
    [
        b"[profile a]\nregion = eu-west-1\nno value here\n",
        b"[profile a]\nregion = eu-west-1\nregion = eu-west-1\n",
        b"[profile a]\nregion = eu-west-1\n# caf\xe9\n",
    ],
    ids=["no value", "duplicate", "Latin-1"],
)
def test_a_config_that_cannot_be_read(desk: TerminalDesk, broken: bytes) -> None:
    desk.config.write_bytes(broken)
    with desk.open() as terminal:
        wait_for_wrapped(terminal, "config, line 3:")
        quit_cleanly(terminal)
    assert desk.config.read_bytes() == broken


@pytest.mark.quick
def test_a_full_disk_changes_nothing_and_is_named(a_desk: Callable[..., TerminalDesk]) -> None:
    desk = a_desk()
    with small_disk(desk.home, "4m"):
        desk.create_home()
        desk.leave_token()
        before = desk.config.read_bytes()
        with desk.open(columns=220) as terminal:
            terminal.wait_for(ACCOUNTS)
            open_save_form(terminal)
            fill_up(desk.home / BALLAST)
            terminal.press("enter")
            wait_for_wrapped(terminal, "cannot be written (disk full)")
            assert desk.config.read_bytes() == before
            (desk.home / BALLAST).unlink()
            terminal.press("enter", then="audit-admin is in")


def test_a_home_that_is_unknown(desk: TerminalDesk) -> None:
    """HOME is not set, and the user is not in /etc/passwd."""
    require_root()
    nobody = [program("unshare"), "--user", "--map-user=54321", "--map-group=54321"]
    with desk.open(*nobody, "env", "--unset=HOME", ROLECALL) as terminal:
        wait_for_wrapped(terminal, "HOME is not set, so there is no ~/.aws to work with.")
        quit_cleanly(terminal)


@contextmanager
def web_server(folder: Path) -> Iterator[str]:
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def do_POST(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
