"""Which command opens a link."""

from __future__ import annotations

from rolecall.domain.link import link_of
from rolecall.terminal import browser
from rolecall.terminal.browser import OpenResult


def test_the_first_command_in_browser_is_used_with_its_options() -> None:
    assert browser.opener({"BROWSER": "firefox -P 'my own' %s:w3m"}) == ["firefox", "-P", "my own"]
    assert browser.opener({"BROWSER": "firefox", "SSH_CONNECTION": "1 2 3 4"}) is None


def test_a_browser_with_an_open_quote_is_ignored() -> None:
    assert browser.opener({"BROWSER": "firefox -P 'my"}) is None


def test_over_ssh_only_vs_code_opens_a_link() -> None:
    """On the machine of the user, where a browser cannot answer a sign-in of this one."""
    link = link_of("https://acme.awsapps.com/start", "https://acme.awsapps.com/start")
    over_ssh = {"BROWSER": "true", "SSH_CONNECTION": "1 2 3 4"}
    in_vs_code = over_ssh | {"VSCODE_IPC_HOOK_CLI": "/run/user/1/vscode-ipc.sock"}
    assert browser.open_link(over_ssh, link) is OpenResult.OVER_SSH
    assert browser.open_link(in_vs_code, link) is OpenResult.OPENED
    assert browser.obstacle(in_vs_code) is OpenResult.OVER_SSH
    assert browser.open_link({"BROWSER": "/no/such/program"}, link) is OpenResult.NO_BROWSER
