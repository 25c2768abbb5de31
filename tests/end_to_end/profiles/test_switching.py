"""`awsp` in real shells in a real terminal: the picker, Esc, completion and sign-in."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

from rolecall.domain.shells import Shell
from tests.end_to_end.conftest import AUDIT, AUDIT_ROLE, ROLECALL, TerminalDesk, filter_for
from tests.support.shells import RUN
from tests.support.terminal import Terminal

PROFILES = f"""
[profile audit-admin]
sso_session = {{session}}
sso_account_id = {AUDIT}
sso_role_name = {AUDIT_ROLE}
region = eu-west-1

[profile acme-prod]
sso_session = {{session}}
sso_account_id = 111111111111
sso_role_name = ReadOnly

[profile my-keys]
region = eu-west-1

[profile "it's $HOME"]
region = eu-west-1
"""
SHOW = f"{sys.executable} -c \"import os; print('[' + os.environ.get('AWS_PROFILE', '') + ']')\""
# How each shell loads `awsp`, and shows the profile of its child processes.
START = {
    Shell.BASH: "PS1='$ '; bind 'set bell-style none'; eval \"$({rolecall} init bash)\"; clear\r",
    Shell.ZSH: (
        "PS1='$ '; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D;"
        ' eval "$({rolecall} init zsh)"; clear\r'
    ),
    Shell.FISH: (
        "function fish_prompt; echo '$ '; end; set -g fish_autosuggestion_enabled 0;"
        " {rolecall} init fish | source; clear\r"
    ),
    Shell.TCSH: "set prompt='$ '; eval \"`{rolecall} init tcsh`\"; clear\r",
}
shells = pytest.mark.parametrize("shell", START, ids=lambda shell: shell.value)
Open = Callable[..., Terminal]


@pytest.fixture
def open_shell(desk: TerminalDesk) -> Open:
    session = re.search(r"\[sso-session (\S+)\]", desk.config.read_text())
    assert session
    with desk.config.open("a") as config:
        config.write(PROFILES.format(session=session[1]))

    def opened(shell: Shell, **options: Any) -> Terminal:
        terminal = desk.open(*RUN[shell], env={"ROLECALL_THEME": "dark"}, **options)
        terminal.wait_for(r"\S")
        terminal.press(START[shell].format(rolecall=ROLECALL))
        terminal.wait_until(lambda: lines_of(terminal) == ["$"], 30, "an empty screen")
        return terminal

    return opened


def lines_of(terminal: Terminal) -> list[str]:
    return [line for line in terminal.screen_lines() if line]


def clear(terminal: Terminal) -> None:
    """Clear the screen. It waits for the command, because a prompt alone may be the old one."""
    terminal.press("clear", then=r"^\$ clear$")
    terminal.press("\r")
    terminal.wait_until(lambda: lines_of(terminal) == ["$"], what="an empty screen")


def at_the_prompt(terminal: Terminal) -> None:
    """Wait for the prompt after a command. Keys before that are lost: the command drops them."""
    terminal.wait_until(lambda: lines_of(terminal)[-1:] == ["$"], what="the prompt")


def picker(terminal: Terminal) -> None:
    at_the_prompt(terminal)
    terminal.press("awsp\r", then="Enter use")


def profile(terminal: Terminal, name: str) -> None:
    at_the_prompt(terminal)
    terminal.press(f"{SHOW}\r", then=rf"^\[{re.escape(name)}\]$")
    at_the_prompt(terminal)
    clear(terminal)


@shells
def test_the_picker_opens_below_the_prompt(shell: Shell, open_shell: Open) -> None:
    terminal = open_shell(shell, columns=120)
    picker(terminal)
    assert not terminal.on_alternate_screen
    terminal.wait_for(rf"audit-admin +{AUDIT} +{AUDIT_ROLE} +eu-west-1 +signed out")
    terminal.press("it's", then=r"1 of \d+ rows")
    terminal.press("home", "enter", then=r"^it's \$HOME · no sso-session")
    profile(terminal, "it's $HOME")
    # The profile that was used last is first, and Esc changes nothing.
    picker(terminal)
    terminal.wait_for(r"^▌ ► +it's \$HOME")
    terminal.press("my-keys", then=r"1 of \d+ rows")
    terminal.press("escape", gone="rows")
    terminal.wait_until(lambda: lines_of(terminal) == ["$ awsp", "$"], what="the prompt alone")
    assert not terminal.changed_modes() - {2004}
    profile(terminal, "it's $HOME")
    # Production needs `y`; any other key returns to the list.
    terminal.press("awsp my-k\r", then=r"^my-keys · ")
    picker(terminal)
    terminal.press("acme", then=r"^▌ +acme-prod PROD")
    terminal.press("enter", then="Production: y uses acme-prod; any other key")
    terminal.press("n", then="Enter use")
    terminal.press("ctrl+c", gone="rows")
    at_the_prompt(terminal)
    terminal.press("awsp -\r", then=r"^it's \$HOME")
    profile(terminal, "it's $HOME")


@shells
def test_awsp_asks_once_before_it_uses_a_production_profile(
    shell: Shell, desk: TerminalDesk, open_shell: Open
) -> None:
    desk.leave_token()
    terminal = open_shell(shell, columns=120)
    question = r"^acme-prod is production\. Use it\? \[y/N\]:"
    for typed in ("awsp acme-prod", "awsp acme"):  # its name, and a query
        terminal.press(f"{typed}\r", then=question)
        terminal.press("\r")
        profile(terminal, "")
    terminal.press("awsp acme-prod\r", then=question)
    terminal.press("y\r", then=r"^acme-prod · PROD · ")
    profile(terminal, "acme-prod")
    terminal.press("awsp my-keys\r", then=r"^my-keys · ")
    at_the_prompt(terminal)
    terminal.press("awsp -\r", then=question)
    terminal.press("\x03")
    profile(terminal, "my-keys")
    terminal.press("awsp --yes acme-prod\r", then=r"^acme-prod · PROD · ")
    profile(terminal, "acme-prod")


@shells
def test_the_shell_completes_profiles_and_commands(
    shell: Shell, desk: TerminalDesk, open_shell: Open
) -> None:
    (desk.home / "a-file").touch()
    terminal = open_shell(shell, columns=120, cwd=desk.home)
    odd = "awsp it\t", r"""^\$ awsp (it\\'s\\ \\\$HOME|"it's \\\$HOME")"""
    for typed, completed in (
        ("awsp aud\t", r"^\$ awsp audit-admin"),
        *([odd] if shell is not Shell.TCSH else []),  # it ends names at spaces
        ("rolecall doc\t", r"^\$ rolecall doctor"),
        ("rolecall exec my\t", r"^\$ rolecall exec my-keys"),
        ("rolecall init fi\t", r"^\$ rolecall init fish"),
        ("rolecall completion fi\t", r"^\$ rolecall completion fish"),
        ("rolecall whoami my\t", r"^\$ rolecall whoami my-keys"),
        ("rolecall list --sso-session de\t", r"^\$ rolecall list --sso-session demo"),
        *([] if shell is Shell.TCSH else [("rolecall list --js\t", r"^\$ rolecall list --json")]),
        ("rolecall exec my-keys -- ./a\t", r"^\$ rolecall exec my-keys -- \./a-file"),
    ):
        terminal.press(typed, then=completed)
        terminal.press("ctrl+u")
        terminal.wait_until(lambda: lines_of(terminal) == ["$"], what="an empty line")
    if shell is not Shell.TCSH:
        terminal.press("awsp it\t", "\r", then=r"^it's \$HOME · ")


def test_the_picker_signs_in_and_saves_a_profile(desk: TerminalDesk, open_shell: Open) -> None:
    """At the bottom of the screen, which has to scroll first."""
    desk.leave_token()
    listed = desk.open(ROLECALL, "list")
    assert listed.wait_exit(30) == 0
    desk.token_file.unlink()
    terminal = open_shell(Shell.BASH, columns=110, lines=24)
    terminal.press("seq 30; awsp -r eu-central-1 security read\r")
    terminal.wait_for(r"^▌ \+ +security tooling +AWSReadOnlyAccess")
    terminal.wait_for("Enter save as a profile")
    shown = r"\[profile security-tooling-readonly\] · sso_session = "
    terminal.press("enter", then=shown)
    terminal.press("enter", then="Signed out of .*: sign in first")
    terminal.wait_for("Waiting for your approval")
    terminal.press("x", "escape")  # the list does not get the keys that were typed
    terminal.wait_for(r"^▌ \+ +security tooling +AWSReadOnlyAccess")
    terminal.press("enter", then="Enter writes this to")
    terminal.press("enter", then="Waiting for your approval")
    code = desk.server.pending_codes()[-1]
    terminal.wait_for(rf"user_code={code}")
    desk.server.approve(code)
    terminal.wait_for(r"^Saved as security-tooling-readonly in ~/\.aws/config\.$")
    terminal.wait_for(
        r"^security-tooling-readonly · security tooling \d{12} · AWSReadOnlyAccess · \d h \d+ min"
    )
    terminal.wait_for(r"^AWS_REGION and AWS_DEFAULT_REGION are set to eu-central-1\.$")
    profile(terminal, "security-tooling-readonly")
    assert desk.answer("sts", "get-caller-identity", "--profile", "security-tooling-readonly")


def test_a_profile_whose_session_is_signed_out(desk: TerminalDesk, open_shell: Open) -> None:
    """The code is shown, also as a QR code if there is room. Esc still switches and says so;
    Ctrl+C does not switch. Without a code the full reason is shown. A sign-in by another program is
    enough.
    """
    terminal = open_shell(Shell.FISH, columns=60, lines=32)
    terminal.press("AWS_ENDPOINT_URL_SSO_OIDC=http://127.0.0.1:9 awsp audit-admin\r")
    terminal.wait_for("cannot be reached")
    terminal.wait_for("and try")
    assert "Open this link" not in terminal.screen_text()
    terminal.press("ctrl+c", gone="cannot be reached")
    terminal.resize(120, 32)
    at_the_prompt(terminal)
    terminal.press("awsp audit-admin\r", then="Waiting for your approval")
    terminal.press("ctrl+c", gone="Waiting")
    profile(terminal, "")
    terminal.press("awsp audit-admin\r", then="Waiting for your approval")
    terminal.wait_for(r"█▀▀▀▀▀█ .* █▀▀▀▀▀█")
    terminal.press("escape", then=rf"^audit-admin · {AUDIT} · {AUDIT_ROLE} · signed out of ")
    profile(terminal, "audit-admin")
    terminal.press("awsp audit-admin\r", then="Waiting for your approval")
    desk.leave_token()  # as another pane or the AWS CLI, whose code was approved
    terminal.wait_for(rf"^audit-admin · {AUDIT} · {AUDIT_ROLE} · \d h \d+ min left")

    desk.token_file.unlink()
    terminal.press("clear; AWS_ENDPOINT_URL_SSO_OIDC=http://127.0.0.1:9 awsp audit-admin\r")
    terminal.wait_for("cannot be reached")
    desk.leave_token()
    terminal.wait_for(rf"^audit-admin · {AUDIT} · {AUDIT_ROLE} · \d h \d+ min left")


@pytest.mark.quick
def test_a_match_of_scattered_letters_needs_a_confirmation(open_shell: Open) -> None:
    """A typing error would switch to another account. Without a terminal it is refused too."""
    terminal = open_shell(Shell.FISH)
    terminal.press("awsp mkeys </dev/null\r")
    terminal.wait_for(r"^No profile matches “mkeys”\. Did you mean my-keys\?$")
    at_the_prompt(terminal)
    terminal.press("awsp mkeys\r", then=r"^▌ +my-keys")
    terminal.wait_for(r"1 of \d+ rows as scattered letters")
    terminal.press("escape", gone="rows")
    profile(terminal, "")
    terminal.press("awsp mkeys\r", then=r"^▌ +my-keys")
    terminal.press("enter", then=r"^my-keys · ")


def test_the_full_screen_passes_its_profile_to_the_shell(
    desk: TerminalDesk, open_shell: Open
) -> None:
    desk.leave_token()
    terminal = open_shell(Shell.ZSH)
    terminal.press("rolecall\r", then="Permission sets")
    terminal.press("3", then="my-keys")
    filter_for(terminal, "my-keys")
    terminal.press("u", then=r"^my-keys · no sso-session")
    profile(terminal, "my-keys")
    # Production is asked about once: here, and not again by the shell.
    terminal.press("rolecall\r")
    terminal.wait_until(lambda: terminal.on_alternate_screen, what="the full screen")
    terminal.wait_for("Permission sets")
    terminal.press("3", then="acme-prod")
    filter_for(terminal, "acme-prod")
    terminal.press("u", then="Use the production profile acme-prod in your shell\\?")
    terminal.press("escape", gone="in your shell")
    terminal.press("u", then="Enter use")
    terminal.press("enter", then=r"^acme-prod · PROD · ")
    profile(terminal, "acme-prod")
    # `q` does not set an empty name.
    terminal.press('AWS_PROFILE="$(rolecall)"; echo "status $?"\r')
    terminal.wait_until(lambda: terminal.on_alternate_screen, what="the full screen")
    terminal.wait_for("Permission sets")
    terminal.press("q", then=r"^status 130$")
