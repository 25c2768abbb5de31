"""Options and arguments that several commands share, and what completes them.

What completes them comes from files only. An error gives no names, because the user is in the
middle of a line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from rolecall.cli.support.complete import can_be_typed, profile_names, session_names
from rolecall.domain.inventory.catalogue import Listing
from rolecall.domain.settings.settings import LAST_PORT
from rolecall.domain.text import safe
from rolecall.presentation.texts import lending_strings, program_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.presentation.texts.program_strings import REFERENCE

ShellComplete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
Function = Callable[..., Any]
Words = tuple[str, ...]
_MINUTES: Final = click.IntRange(1, 36 * 60)
_OPTION: Final = "rolecall.option"  # the value of the option, until its argument is read
_NO_LOCK: Final = "rolecall.no-lock"  # whether the option was given


def _completing(names: Callable[[click.Context], Mapping[str, str]]) -> ShellComplete:
    def complete(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        try:
            found = names(context)
        except Exception:
            return []
        return [
            CompletionItem(name, help=safe(what) or None)
            for name, what in found.items()
            if name.startswith(typed) and can_be_typed(name)
        ]

    return complete


def _accounts(context: click.Context) -> Mapping[str, str]:
    return {each.account.id: each.account.name for each in _listings(context)}


def _permission_sets(context: click.Context) -> Mapping[str, str]:
    account = context.params.get("account")
    return {
        each.permission_set.name: ""
        for listing in _listings(context, account)
        for each in listing.assignments
    }


def _listings(context: click.Context, account: str | None = None) -> Iterator[Listing]:
    """Yield the accounts in the cache, or those that are named as in `rolecall save`."""
    from rolecall.services.inventory.lookup import listings_named
    from rolecall.services.services import Services

    services = Services(os.environ)
    name = context.params.get("sso_session")
    annotations = services.annotations.read() if account else {}
    for session in services.sign_in.sessions():
        if name in {None, session.cache_key}:
            catalogue = services.inventory.cached(session).catalogue
            yield from listings_named(catalogue, account, annotations) if account else catalogue


def _regions(_: click.Context) -> Mapping[str, str]:
    from rolecall.services.services import Services

    return dict.fromkeys(Services(os.environ).sign_in.regions(), "")


def _commands(_: click.Context) -> Mapping[str, str]:
    from rolecall.cli.main import SUBCOMMANDS

    summaries = {name: command_help.summary(name) for name in SUBCOMMANDS}
    return summaries | {name: title for name, (title, _) in REFERENCE.items()}


def _destinations(_: click.Context) -> Mapping[str, str]:
    from rolecall.domain.credentials import console

    return dict.fromkeys(console.DESTINATIONS, "")


def _profile_or_nothing(context: click.Context) -> Mapping[str, str]:
    """The profile of `exec` and `serve`. The words after it belong to another command."""
    return {} if context.params.get("profile") else profile_names()


PROFILES: Final = _completing(lambda _: profile_names())
PROFILE_FIRST: Final = _completing(_profile_or_nothing)
SESSIONS: Final = _completing(lambda _: session_names())
ACCOUNTS: Final = _completing(_accounts)
PERMISSION_SETS: Final = _completing(_permission_sets)
REGIONS: Final = _completing(_regions)
COMMANDS: Final = _completing(_commands)
DESTINATIONS: Final = _completing(_destinations)

# Parameter names are those of the commands' functions.
query_argument = click.argument("query", metavar="[WORDS]...", nargs=-1)
sso_session_option = click.option(
    "--sso-session", metavar="NAME", help=option_help.SSO_SESSION, shell_complete=SESSIONS
)
refresh_option = click.option("--refresh", is_flag=True, help=option_help.REFRESH)
dry_run_option = click.option("--dry-run", is_flag=True, help=option_help.DRY_RUN)


def _reason(_: click.Context, parameter: click.Parameter, value: str) -> str:
    """Refuse an option: the text was forgotten, and without the option another command runs."""
    if value.startswith("--"):
        raise click.BadOptionUsage(
            parameter.opts[0], program_strings.NEEDS_TEXT.format(option=parameter.opts[0])
        )
    return value


reason_option = click.option(
    "--reason", metavar="TEXT", default="", callback=_reason, help=option_help.REASON
)
port_option = click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, LAST_PORT),
    default=0,
    help=option_help.SIGN_IN_PORT,
)
yes_option = click.option("--yes", "-y", is_flag=True, help=option_help.YES)


def narrowing_options(function: Function) -> Function:
    """`--allow`, `--deny`, `--policy` and `--minutes`, passed as `asked`; None without any."""

    @wraps(function)
    def gathered(
        *args: Any,
        allow: Words,
        deny: Words,
        policy: str | None,
        minutes: int | None,
        **others: Any,
    ) -> Any:
        asked = None
        if allow or deny or policy is not None or minutes:
            from rolecall.services.lending.asked import Asked  # late: few narrow

            if policy is not None and (allow or deny):
                raise click.UsageError(lending_strings.POLICY_ALONE)
            asked = Asked(allow, deny, policy, minutes or 0)
        return function(*args, asked=asked, **others)

    options = (
        click.option("--allow", metavar="GRANTS", multiple=True, help=option_help.ALLOW),
        click.option("--deny", metavar="GRANTS", multiple=True, help=option_help.DENY),
        click.option("--policy", metavar="FILE", help=option_help.POLICY),
        click.option("--minutes", type=_MINUTES, metavar="N", help=option_help.MINUTES),
    )
    for option in reversed(options):
        gathered = option(gathered)
    return gathered


def _note_no_lock(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.meta[_NO_LOCK] = value


# Only `write_change` needs it, so no command passes it on.
no_lock_option = click.option(
    "--no-lock",
    is_flag=True,
    expose_value=False,
    callback=_note_no_lock,
    help=option_help.NO_LOCK,
)


def has_no_lock_option() -> bool:
    """Return whether the command that runs was given `--no-lock`."""
    context = click.get_current_context(silent=True)
    return context is not None and context.meta.get(_NO_LOCK) is True


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


class ProfileCommand(click.Command):
    """A command with a profile and, after it, another command: that begins with the first word
    that is not an option, or after `--`. Options before it are for rolecall.
    """

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(context, self.options_first(args))

    def options_first(self, args: list[str]) -> list[str]:
        """Return the arguments with the profile after the options that follow it.

        Raises click.UsageError for another profile.
        """
        at = self.first_word(args)
        if args[at : at + 1] in ([], ["--"]) or "--profile" in args[:at]:
            return args
        others = args[:at] + args[at + 1 :]
        end = at + self.first_word(others[at:])
        if "--profile" in others[at:end]:
            other = others[others.index("--profile", at) + 1]
            raise click.UsageError(program_strings.TWO_NAMES.format(one=args[at], other=other))
        return [*others[:end], args[at], *others[end:]]

    def first_word(self, args: list[str]) -> int:
        """Return the index of the first argument that no option takes, or of `--`."""
        options = [each for each in self.params if isinstance(each, click.Option)]
        with_value = {name for each in options if not each.is_flag for name in each.opts}
        at = 0
        while at < len(args) and args[at].startswith("-") and args[at] != "--":
            at += 2 if args[at] in with_value else 1
        return min(at, len(args))


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
        "sso_session", required=False, metavar="[NAME]", callback=_one_of, shell_complete=SESSIONS
    )
    option = _kept_option("--sso-session", "NAME", option_help.SSO_SESSION, SESSIONS)
    return option(argument(function))


def _kept_option(
    name: str, metavar: str, text: str, shell_complete: ShellComplete
) -> Callable[[Function], Function]:
    """Return an option that is read before the arguments, which take its value."""

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


_profile_option = _kept_option("--profile", "PROFILE", option_help.PROFILE, PROFILES)


def _one_of(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The value of the argument or of its option. An option overrides a variable."""
    option: str | None = context.meta.get(_OPTION)
    source = context.get_parameter_source(parameter.name or "")
    if option is None or value is None or source is click.core.ParameterSource.ENVIRONMENT:
        return value if option is None else option
    if option != value:
        raise click.UsageError(program_strings.TWO_NAMES.format(one=value, other=option), context)
    return value
