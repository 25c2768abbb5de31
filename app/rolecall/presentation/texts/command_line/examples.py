"""What is below the options in the help of a command: examples, and the address of a page."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.texts.command_line.command_help import as_is
from rolecall.presentation.translation import _

# `Homepage` in pyproject.toml, which a test compares.
HOMEPAGE: Final = "https://github.com/rolecall/rolecall"

_EXAMPLES: Final = _("Examples:")
_MORE: Final = _("More about it: {address}")
# Only for commands whose help does not have them between its sentences.
_OF_COMMAND: Final = {
    "console": as_is(
        "rolecall console audit-admin", "rolecall console --destination s3 --print dev"
    ),
    "credential-process": as_is("rolecall credential-process --profile audit-admin"),
    "credentials": as_is("rolecall credentials clean --dry-run", "rolecall credentials clean"),
    "doctor": as_is("rolecall doctor", "rolecall doctor --json | jq .problems"),
    "help": as_is("rolecall help exec", "rolecall help exit-statuses"),
    "import": as_is("rolecall import --dry-run", "rolecall import"),
    "list": as_is(
        "rolecall list prod ReadOnly",
        "rolecall list --json | jq -r '.[].account' | sort -u",
    ),
    "login": as_is("rolecall login", "rolecall login --code dev"),
    "man": as_is("rolecall man > rolecall.1"),
    "serve": as_is("rolecall serve audit-admin -- ./night-long-job"),
    "sign-in": as_is(
        "rolecall sign-in", "rolecall sign-in https://acme.awsapps.com/start --name acme"
    ),
    "sign-out": as_is("rolecall sign-out", "rolecall sign-out corp"),
    "switch": as_is("awsp audit", "awsp -"),
    "tokens": as_is("rolecall tokens", "rolecall tokens --json | jq -r '.[].expires_at'"),
    "trust": as_is("rolecall trust", "rolecall trust --revoke"),
    "undo": as_is("rolecall undo --list", "rolecall undo"),
    "uninstall": as_is("rolecall uninstall --dry-run", "rolecall uninstall"),
    "watch": as_is("rolecall watch", "rolecall watch --notify"),
    "whoami": as_is("rolecall whoami", "rolecall whoami --json | jq -r .arn"),
}
_PAGES: Final = {
    "ask": "lending",
    "console": "credentials",
    "credential-process": "credentials",
    "credentials": "aws-files",
    "doctor": "troubleshooting",
    "exec": "credentials",
    "export": "credentials",
    "import": "migrating",
    "lend": "lending",
    "list": "scripting",
    "log": "log",
    "login": "sign-in",
    "pin": "repositories",
    "prompt": "switching",
    "save": "profiles",
    "serve": "credentials",
    "sign-in": "sign-in",
    "sign-out": "sign-in",
    "switch": "switching",
    "team": "team",
    "tokens": "tokens",
    "trust": "repositories",
    "undo": "aws-files",
    "watch": "tokens",
    "whoami": "troubleshooting",
}


def address_of(command: str) -> str:
    """Return the address of the page about a command; without one, of a page for all."""
    return f"{HOMEPAGE}/blob/main/docs/{_PAGES.get(command, 'getting-started')}.md"


def below(command: str) -> str:
    """Return what is below the options. click does not wrap paragraphs that begin with \\b."""
    paragraphs = [as_is(_MORE.format(address=address_of(command)))]
    if examples := _OF_COMMAND.get(command):
        paragraphs = [_EXAMPLES, examples, *paragraphs]
    return "\n\n".join(paragraphs)
