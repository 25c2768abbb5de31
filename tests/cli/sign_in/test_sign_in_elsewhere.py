"""`rolecall sign-in` where the browser is on another machine, or device codes are forbidden."""

from __future__ import annotations

import re
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from rolecall.demo.faults import OidcError
from tests.cli.conftest import PERMISSION_SET, PROFILE, CommandLine, aws, command
from tests.services.sign_in.test_browser_sign_in import decide, query
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

OVER_SSH: dict[str, Any] = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
PASTE_IT = "At the end your browser shows an address that it cannot open"
QUESTION = "Paste the address here:"
LINK = re.compile(r"http://127\.0\.0\.1:\d+/authorize\?\S*?code_challenge=[\w-]{43}")


def link_on(terminal: Terminal) -> str:
    """The link on the screen, which is longer than a line."""
    terminal.wait_for(QUESTION)
    found = LINK.search("".join(line.strip() for line in terminal.screen_lines()))
    assert found, terminal.screen_text()
    return found[0]


def open_sign_in(desk: CommandLine, *arguments: str) -> Terminal:
    env = {**desk.environ, **OVER_SSH}
    return Terminal(command("sign-in", *arguments), columns=100, lines=60, env=env)


class TestThePastedAddress:
    @pytest.mark.quick
    def test_the_aws_cli_uses_the_token_and_nothing_pasted_was_shown(
        self, signed_out: CommandLine
    ) -> None:
        with open_sign_in(signed_out, "--browser") as terminal:
            address = signed_out.server.log_in(link_on(terminal))
            longer = f"{address}&more={'x' * 5000}"  # than a line that a terminal keeps
            terminal.send(f"{longer[:2000]}\r\n  {longer[2000:]}\r")
            assert terminal.wait_exit() == 0
            assert "Signed in to corp." in terminal.screen_text()
            code = query(address)["code"]
            assert code.encode() not in terminal.received
            assert b"xxx" not in terminal.received
            assert terminal.attributes() == terminal.attributes_at_start
        who = aws(signed_out, "sts", "get-caller-identity", "--profile", PROFILE)
        assert PERMISSION_SET in who.stdout, who.stderr

    def test_what_does_not_fit_gets_a_sentence_and_is_asked_for_again(
        self, signed_out: CommandLine
    ) -> None:
        with open_sign_in(signed_out, "--browser") as terminal:
            link = link_on(terminal)
            address = signed_out.server.log_in(link)
            state, code = query(address)["state"], query(address)["code"]
            for pasted, sentence in (
                (address.replace(state, "x" * 43), "This belongs to another sign-in."),
                (address[:-5], "A part of it is missing."),
                (f"?error=access_denied&state={state}", "the sign-in was denied"),
                ("hunter2", "This is not the address at the end"),
                ("", "Paste what the browser shows"),
                (code[:-4], "AWS does not accept the code. It may be incomplete"),
            ):
                terminal.press(pasted, "enter", then=re.escape(sentence))
                terminal.wait_for(rf"{QUESTION}$")
            terminal.press(f"no\x15{code}y", "backspace", "enter")
            assert terminal.wait_exit() == 0

    def test_a_browser_that_comes_back_wins(self, signed_out: CommandLine) -> None:
        with open_sign_in(signed_out, "--browser") as terminal:
            link = link_on(terminal)
            terminal.send("half of an addr")
            decide(link, "allow")
            assert terminal.wait_exit() == 0
            assert re.search(r"^Signed in to corp\.", terminal.screen_text(), re.MULTILINE)
            assert terminal.attributes() == terminal.attributes_at_start

    def test_the_end_of_the_input_cancels(self, signed_out: CommandLine) -> None:
        with open_sign_in(signed_out, "--browser") as terminal:
            link_on(terminal)
            terminal.send("\x04")
            terminal.wait_for("The sign-in was cancelled")
            assert terminal.wait_exit() == 130


class TestThePort:
    @staticmethod
    def free_port() -> int:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
            return port

    @pytest.mark.parametrize("of_settings", [True, False])
    def test_a_port_that_is_forwarded_is_listened_on_and_the_line_for_it_shown(
        self, signed_out: CommandLine, *, of_settings: bool
    ) -> None:
        port = self.free_port()
        arguments = ["--browser"] if of_settings else ["--port", str(port)]
        if of_settings:
            write_settings(signed_out.home, f"sign_in_port = {port}\n")
        with signed_out.start("sign-in", *arguments, **OVER_SSH) as started:
            assert started.stderr is not None
            first = started.stderr.readline()
            assert PASTE_IT in first
            assert f"`ssh -L {port}:127.0.0.1:{port} HOST`" in first
            link = next(line.strip() for line in started.stderr if line.startswith("http"))
            assert urlsplit(query(link)["redirect_uri"]).port == port
            decide(link, "allow")
            assert started.wait(30) == 0

    def test_a_port_in_use_is_named_and_the_address_pasted(self, signed_out: CommandLine) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = busy.getsockname()[1]
            with open_sign_in(signed_out, "--port", str(port)) as terminal:
                terminal.wait_for(f"127.0.0.1:{port}: Address already in use")
                address = signed_out.server.log_in(link_on(terminal))
                assert "ssh -L" not in terminal.screen_text()
                terminal.press(address, "enter")
                assert terminal.wait_exit() == 0


class TestTheWay:
    @pytest.mark.quick
    @pytest.mark.parametrize(
        ("operation", "name", "code"),
        [
            ("StartDeviceAuthorization", "UnauthorizedClientException", "unauthorized_client"),
            ("StartDeviceAuthorization", "AccessDeniedException", "access_denied"),
            ("CreateToken", "AccessDeniedException", "access_denied"),
        ],
    )
    def test_the_browser_goes_on_where_device_codes_are_refused(
        self, signed_out: CommandLine, operation: str, name: str, code: str
    ) -> None:
        times = 1 if operation == "CreateToken" else None
        signed_out.server.faults.add(operation, OidcError(name), times=times)
        with signed_out.start("sign-in", **OVER_SSH) as started:
            assert started.stderr is not None
            because, what_to_do = started.stderr.readline(), started.stderr.readline()
            link = next(line.strip() for line in started.stderr if line.startswith("http"))
            decide(link, "allow")
            assert started.wait(30) == 0
        assert because == (
            f"AWS gives no device codes here ({code}). The sign-in continues in the browser.\n"
        )
        assert PASTE_IT in what_to_do

    def test_a_user_who_is_asked_types_a_number(self, signed_out: CommandLine) -> None:
        write_settings(signed_out.home, 'sign_in = "ask"\n')
        with open_sign_in(signed_out) as terminal:
            terminal.wait_for(r"1  with a code\n +2  in a browser\n1 / 2:")
            terminal.press("9", "enter")
            terminal.wait_for(r"1 / 2: 9\n1 / 2:")
            terminal.press("2", "enter")
            address = signed_out.server.log_in(link_on(terminal))
            terminal.press(address, "enter")
            assert terminal.wait_exit() == 0
        with signed_out.start("sign-in", "--force") as started:  # nobody can be asked
            assert started.stderr is not None
            assert "check that it shows this code" in started.stderr.readline()
            started.terminate()

    @pytest.mark.quick
    @pytest.mark.parametrize("options", [(), ("--code",)], ids=["", "code"])
    @pytest.mark.parametrize("own", ["", 'sign_in = "device-code"\n', "not TOML"])
    def test_a_team_can_forbid_device_codes(
        self, signed_out: CommandLine, own: str, options: tuple[str, ...]
    ) -> None:
        write_settings(signed_out.home, own)
        team = signed_out.home / "team.toml"
        team.write_text('sign_in = "pkce"\n')
        signed_out.output_of("team", "add", str(team), "--yes")
        with signed_out.start("sign-in", *options, **OVER_SSH) as started:
            assert started.stderr is not None
            shown = "".join(started.stderr.readline() for _ in range(4))
            started.terminate()
        assert (
            "Your team's file allows no device codes. The sign-in continues in the browser" in shown
        )
        assert signed_out.server.calls.count("StartDeviceAuthorization") == 0

    def test_a_team_cannot_choose_device_codes(self, signed_out: CommandLine) -> None:
        team = signed_out.home / "team.toml"
        team.write_text('sign_in = "device-code"\n')
        result = signed_out.rolecall("team", "add", str(team), "--yes")
        assert result.returncode == 1
        assert "sign_in: “device-code” is refused: a team can only set pkce." in result.stderr
