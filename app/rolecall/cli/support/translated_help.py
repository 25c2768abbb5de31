"""Translates the help of commands, which click takes from docstrings and options."""

from __future__ import annotations

import inspect

import click

from rolecall.presentation.translation import _


def translate_help(command: click.Command) -> None:
    """Translate the help of a command, of its options and of its subcommands, in place.

    `make texts` collects these texts from the docstrings and from `help=`.
    """
    if command.help:
        command.help = _(inspect.cleandoc(command.help))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(parameter.help)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            translate_help(each)
