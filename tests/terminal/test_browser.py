"""Which command opens a link."""

from __future__ import annotations

from rolecall.terminal import browser


def test_the_first_command_in_browser_is_used_with_its_options() -> None:
    assert browser.opener({"BROWSER": "firefox -P 'my own' %s:w3m"}) == ["firefox", "-P", "my own"]
    assert browser.opener({"BROWSER": "firefox", "SSH_CONNECTION": "1 2 3 4"}) is None


def test_a_browser_with_an_open_quote_is_ignored() -> None:
    assert browser.opener({"BROWSER": "firefox -P 'my"}) is None
