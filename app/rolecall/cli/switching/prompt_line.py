"""`rolecall prompt` without click, because a shell waits for it before each of its prompts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rolecall.cli.support.errors import echo_error
from rolecall.cli.support.output import echo, write
from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.pin_errors import NoPin
from rolecall.domain.switching.prompt_template import TemplateMistake, names, rendered
from rolecall.presentation.texts import switch_strings as words
from rolecall.services.switching.pins import Pins
from rolecall.services.switching.shell_facts import ShellFacts

BAD_FORMAT = 2
WRONG_ACCOUNT = 1


def print_prompt(template: str | None) -> int:
    """Print the line, or nothing without a profile. Returns the exit status.

    Files that cannot be read leave the fields empty: a prompt is not a place for errors.
    """
    form = words.DEFAULT_FORMAT if template is None else template
    try:
        rendered(form, dict.fromkeys(words.FIELDS, ""))
    except TemplateMistake as mistake:
        known = " ".join(f"{{{name}}}" for name in words.FIELDS)
        echo(words.BAD_FORMAT.format(text=mistake.text, fields=known), err=True)
        return BAD_FORMAT
    fields = dict.fromkeys(words.FIELDS, "")
    doubt = ""
    now = datetime.now(UTC)
    with _without_file_errors():
        facts = ShellFacts(os.environ)
        for name in names(form):
            with _without_file_errors():
                fields[name] = words.field(name, facts, now)
        if "production" not in names(form):
            with _without_file_errors():
                doubt = words.doubt(facts)
    if doubt or any(fields.values()):
        write(f"{rendered(form, fields)} {doubt}".strip() + "\n")
    return 0


def check_directory() -> int:
    """Say on standard error if this shell is not in the directory's account, or if the user does
    not trust what the directory says. Returns the exit status.
    """
    try:
        Pins(os.environ).trusted()
        text = words.missed(ShellFacts(os.environ))
    except NoPin:
        return 0
    except Exception as error:
        echo_error(error)
        return WRONG_ACCOUNT
    if text:
        echo(text, err=True)
    return WRONG_ACCOUNT if text else 0


@contextmanager
def _without_file_errors() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not isinstance(error, RolecallError):
            raise
