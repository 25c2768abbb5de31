"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from rolecall.cli.support.completion import (
    ACCOUNTS,
    PERMISSION_SETS,
    PROFILE_FIRST,
    PROFILES,
    SESSIONS,
    ShellComplete,
)
from rolecall.presentation.texts import command_help, program_strings

Function = Callable[..., Any]
_OPTION: Final = "rolecall.option"  # what the option said, until its argument is read

# Parameter names are those of the commands' functions.
query_argument = click.argument("query", metavar="[WORDS]...", nargs=-1)
sso_session_option = click.option(
    "--sso-session", metavar="NAME", help=command_help.SSO_SESSION, shell_complete=SESSIONS
)
refresh_option = click.option("--refresh", is_flag=True, help=command_help.REFRESH)
dry_run_option = click.option("--dry-run", is_flag=True, help=command_help.DRY_RUN)
reason_option = click.option("--reason", metavar="TEXT", default="", help=command_help.REASON)
yes_option = click.option("--yes", "-y", is_flag=True, help=command_help.YES)


def format_option(choices: list[str], default: str, text: str) -> Callable[[Function], Function]:
    """`--format`, passed to the function as `output_format`."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(choices),
        default=default,
        show_default=True,
        help=text,
    )


def account_option(metavar: str, text: str) -> Callable[[Function], Function]:
    """`--account`, completed from the stored list."""
    return click.option("--account", metavar=metavar, help=text, shell_complete=ACCOUNTS)


def permission_set_option(text: str) -> Callable[[Function], Function]:
    """`--permission-set`, completed from the stored list of the account."""
    return click.option(
        "--permission-set", metavar="NAME", help=text, shell_complete=PERMISSION_SETS
    )


def takes_profile(
    *, envvar: str | None = None, required: bool = False
) -> Callable[[Function], Function]:
    """PROFILE or `--profile`, passed as `profile`; None without both, and without `envvar`."""

    def callback(context: click.Context, parameter: click.Parameter, value: str | None) -> Any:
        profile = _one_of(context, parameter, value)
        if profile is None and required:
            raise click.MissingParameter(ctx=context, param=parameter)
        return profile

    def decorate(function: Function) -> Function:
        argument = click.argument(
            "profile", required=False, envvar=envvar, callback=callback, shell_complete=PROFILES
        )
        return _profile_option(argument(function))

    return decorate


def takes_profile_and_command(function: Function) -> Function:
    """`PROFILE [COMMAND]...`, or `--profile` and the command; passed as `profile`, `command`."""

    def callback(
        context: click.Context, parameter: click.Parameter, words: tuple[str, ...]
    ) -> tuple[str, ...]:
        profile = context.meta.get(_OPTION)
        if profile is None:
            if not words:
                raise click.MissingParameter(ctx=context, param_hint="PROFILE", param=parameter)
            profile, words = words[0], words[1:]
            words = words[1:] if words[:1] == ("--",) else words
        context.params["profile"] = profile
        return words

    argument = click.argument(
        "command",
        nargs=-1,
        type=click.UNPROCESSED,
        metavar="PROFILE [COMMAND]...",
        callback=callback,
        shell_complete=PROFILE_FIRST,
    )
    return _profile_option(argument(function))


def takes_session(function: Function) -> Function:
    """NAME or `--sso-session`, passed as `sso_session`; None without both."""
    argument = click.argument(
        "sso_session",
        required=False,
        metavar="[NAME]",
        callback=_one_of,
        shell_complete=SESSIONS,
    )
    option = _kept_option("--sso-session", "NAME", command_help.SSO_SESSION, SESSIONS)
    return option(argument(function))


def _kept_option(
    name: str, metavar: str, text: str, shell_complete: ShellComplete
) -> Callable[[Function], Function]:
    """An option that is read before the arguments, and that they take the value of."""

    def keep(context: click.Context, _: click.Parameter, value: str | None) -> None:
        context.meta[_OPTION] = value

    return click.option(
        name,
        "named",
        metavar=metavar,
        is_eager=True,
        expose_value=False,
        callback=keep,
        help=text,
        shell_complete=shell_complete,
    )


_profile_option = _kept_option("--profile", "PROFILE", command_help.PROFILE, PROFILES)


def _one_of(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The value of the argument or of its option. An option overrides a variable."""
    option: str | None = context.meta.get(_OPTION)
    source = context.get_parameter_source(parameter.name or "")
    if option is None or value is None or source is click.core.ParameterSource.ENVIRONMENT:
        return value if option is None else option
    if option != value:
        raise click.UsageError(program_strings.TWO_NAMES.format(one=value, other=option), context)
    return value
