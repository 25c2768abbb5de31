"""The command `rolecall`: it opens the full screen, or runs the command after it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem

from rolecall import __version__
from rolecall.cli.support.errors import CANCELLED
from rolecall.cli.support.output import BOLD, coloured, echo
from rolecall.cli.support.settings import use_plain
from rolecall.domain.process.debug_log import note
from rolecall.domain.text import safe, safe_lines
from rolecall.domain.text.closest_match import closest_match
from rolecall.presentation.texts import program_strings
from rolecall.presentation.texts.command_line import command_help, examples, option_help
from rolecall.presentation.translation import IS_ENGLISH
from rolecall.terminal.capabilities import PLAIN, shows_colours

if TYPE_CHECKING:
    pass

# Command → its module, and its function there.
SUBCOMMANDS: Final = {
    "ask": ("lending.ask", "ask"),
    "completion": ("switching.init", "completion"),
    "console": ("credentials.console", "console"),
    "credential-process": ("credentials.credential_process", "credential_process"),
    "credentials": ("credentials.credentials", "credentials"),
    "doctor": ("doctor", "doctor"),
    "exec": ("runs.exec", "exec_"),
    "export": ("credentials.export", "export"),
    "help": ("help", "help_"),
    "import": ("import_profiles", "import_"),
    "init": ("switching.init", "init"),
    "lend": ("lending.lend", "lend"),
    "list": ("inventory.list", "list_"),
    "log": ("log", "log"),
    "login": ("sign_in.login", "login"),
    "man": ("help", "man"),
    "pin": ("switching.pin", "pin"),
    "prompt": ("wrappers", "prompt"),
    "save": ("save", "save"),
    "serve": ("runs.serve", "serve"),
    "sign-in": ("sign_in.sign_in", "sign_in"),
    "sign-out": ("sign_in.sign_out", "sign_out"),
    "switch": ("switching.switch", "switch"),
    "team": ("team", "team"),
    "tokens": ("wrappers", "tokens"),
    "trust": ("switching.pin", "trust"),
    "undo": ("undo", "undo"),
    "uninstall": ("switching.uninstall", "uninstall"),
    "watch": ("wrappers", "watch"),
    "whoami": ("whoami", "whoami"),
}
# They draw a screen, or a shell waits for them.
_SILENT: Final = {"prompt", "switch", "watch"}
_CYAN: Final = "36"  # an SGR code, as BOLD
_AS_IT_IS: Final = "\b\n"  # before a paragraph that click leaves alone


class HelpFormatter(click.HelpFormatter):
    """Help with colours, if standard output shows them."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{coloured(f'{heading}:', BOLD)}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        super().write_dl([(coloured(term, _CYAN), t) for term, t in rows], col_max, col_spacing)


class WideHelpFormatter(HelpFormatter):
    """Help with wide characters: click counts characters, and breaks lines only at spaces."""

    def write_text(self, text: str) -> None:
        super().write_text(_wrapped(text, self.width - self.current_indent))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        rows = list(rows)
        first = min(max(len(term) for term, _ in rows), col_max) + col_spacing
        room = max(self.width - first - 2, 10)
        super().write_dl(
            [(term, _wrapped(text, room)) for term, text in rows], col_max, col_spacing
        )


def _wrapped(text: str, width: int) -> str:
    from rolecall.domain.text.wide_text import wrap

    paragraphs = text.split("\n\n")
    return "\n\n".join(
        each if each.startswith(_AS_IT_IS) else _AS_IT_IS + "\n".join(wrap(each, width))
        for each in paragraphs
    )


click.Context.formatter_class = HelpFormatter if IS_ENGLISH else WideHelpFormatter


class Commands(click.Group):
    """The commands. A module is imported only when its command is needed."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in SUBCOMMANDS:
            return None
        module, function = SUBCOMMANDS[name]
        command = getattr(import_module(f"rolecall.cli.{module}"), function)
        assert isinstance(command, click.Command)
        command.epilog = examples.below(name)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by topic, without importing their modules."""
        width = max(map(len, SUBCOMMANDS))  # the same in each topic
        for topic, names in program_strings.TOPICS.items():
            with formatter.section(topic):
                formatter.write_dl([(n.ljust(width), command_help.first_line(n)) for n in names])

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Raise click.UsageError for an unknown command, with the one that is spelled alike."""
        if args[0] not in SUBCOMMANDS:
            near = closest_match(args[0], SUBCOMMANDS)
            context.fail(program_strings.no_such_command(safe(args[0]), near))
        return super().resolve_command(context, args)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands without importing their modules, and options after a dash."""
        if incomplete.startswith("-"):
            return super().shell_complete(context, incomplete)
        return [
            CompletionItem(name, help=command_help.summary(name))
            for name in SUBCOMMANDS
            if name.startswith(incomplete)
        ]

    def invoke(self, context: click.Context) -> object:
        """Exit with status 130 after Ctrl+C, like a shell. click would exit with 1."""
        try:
            with _safe_messages():
                return super().invoke(context)
        except KeyboardInterrupt:
            echo(err=True)
            context.exit(CANCELLED)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        options.setdefault("color", shows_colours(os.environ, sys.stdout))
        with _safe_messages():
            return super().make_context(*arguments, **options)


@contextmanager
def _safe_messages() -> Iterator[None]:
    """Make the errors of click safe to print: they quote the user's arguments."""
    try:
        yield
    except click.ClickException as error:
        error.message = safe_lines(error.message)  # type: ignore[misc]  # not final at run time
        raise


def _start_debug(context: click.Context, _: click.Parameter, path: str | None) -> None:
    if path is None or context.resilient_parsing:
        return
    from rolecall.cli.support.debug import start

    try:
        start(path, os.environ)
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}") from None


@click.group(
    cls=Commands,
    help=command_help.ROLECALL,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "--version", "-V", message="rolecall %(version)s")
@click.option(
    "--debug",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=_start_debug,
    help=option_help.DEBUG,
)
@click.option("--plain", is_flag=True, help=option_help.PLAIN)
@click.option("--demo", is_flag=True, help=option_help.DEMO)
@click.option(
    "--demo-accounts",
    type=click.IntRange(1, 100_000),
    metavar="N",
    default=None,
    help=option_help.DEMO_ACCOUNTS,
)
@click.pass_context
def rolecall(context: click.Context, *, plain: bool, demo: bool, demo_accounts: int | None) -> None:
    if plain:
        os.environ[PLAIN] = "1"
    wants_demo = demo or demo_accounts is not None
    note(f"command {context.invoked_subcommand or ''}")
    if context.invoked_subcommand is not None:
        if wants_demo:
            raise click.UsageError(program_strings.DEMO_AND_COMMAND)
        if context.invoked_subcommand not in _SILENT:
            use_plain()
            from rolecall.cli.support import calls

            context.call_on_close(calls.report())
        return
    from rolecall.cli.full_screen import full_screen

    context.exit(full_screen(wants_demo, demo_accounts))
