"""The man page, rolecall(1), made from the declarations of the commands. Needs only click.

The language is man(7): https://man7.org/linux/man-pages/man7/man.7.html
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from rolecall import RELEASED, __version__
from rolecall.cli.main import rolecall
from rolecall.presentation.texts import program_strings as words


def man_page() -> str:
    """Return the page in roff."""
    context = click.Context(rolecall, info_name="rolecall", **rolecall.context_settings)
    lines = [
        f'.TH ROLECALL 1 "{RELEASED}" "rolecall {__version__}" "{_plain(words.MANUAL)}"',
        ".nh",  # commands are copied from here: words are not split
        ".ad l",
        *_section(words.NAME),
        f"rolecall \\- {_plain(words.ABOUT)}",
        *_section(words.SYNOPSIS),
        *_synopsis(context),
        *_section(words.DESCRIPTION),
        *_paragraphs(rolecall.help or ""),
        *_options(context),
        *_section(words.COMMANDS),
    ]
    for each in commands_below(context):
        lines += [f".SS {_plain(each.command_path)}", *_synopsis(each)]
        lines += [*_paragraphs(each.command.help or ""), *_options(each)]
        lines += _paragraphs(each.command.epilog or "")
    for title, entries in words.REFERENCE.values():
        lines += _section(title)
        for name, what in entries.items():
            lines += [".TP", f".I {_plain(name)}", _plain(what)]
    return "\n".join([*lines, *_section(words.SEE_ALSO), _plain(words.OTHERS), ""])


def commands_below(context: click.Context) -> Iterator[click.Context]:
    """The commands and, after each, its own."""
    group = context.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and not command.hidden:
            found = click.Context(command, info_name=name, parent=context)
            yield found
            yield from commands_below(found)


def _section(title: str) -> list[str]:
    return [f".SH {_plain(title)}"]


def _synopsis(context: click.Context) -> list[str]:
    usage = " ".join(context.command.collect_usage_pieces(context))
    return [f".B {_plain(context.command_path)}", _plain(usage)]


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a help text. click does not wrap those that begin with \\b."""
    for paragraph in text.split("\n\n"):
        yield ".PP"
        if paragraph.startswith("\b\n"):
            examples = paragraph.removeprefix("\b\n").splitlines()
            yield from (".RS 4", ".nf", *map(_plain, examples), ".fi", ".RE")
        else:
            yield _plain(paragraph)


def _options(context: click.Context) -> Iterator[str]:
    for parameter in context.command.get_params(context):
        is_option = isinstance(parameter, click.Option)
        if is_option and (record := parameter.get_help_record(context)):
            names, text = record
            yield from (".TP", f".B {_plain(names)}", _plain(text))


def _plain(text: str) -> str:
    """The text as roff shows it unchanged."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga")
    return f"\\&{escaped}" if escaped[:1] in {".", "'"} else escaped
