"""`rolecall whoami`: the identity that the programs of this shell have at AWS, and its source."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from rolecall.cli.support.errors import echo_error, exit_on_error
from rolecall.cli.support.options import takes_profile
from rolecall.cli.support.output import echo, write_json
from rolecall.domain.errors import RolecallError, VerifyFailed
from rolecall.domain.text import safe
from rolecall.domain.timestamps import write_time
from rolecall.presentation.texts import switch_strings as words
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.identity.whoami import CredentialsSource, Origin, Whoami
from rolecall.services.services import Services


@click.command(help=command_help.WHOAMI)
@takes_profile()
@click.option("--json", "as_json", is_flag=True, help=option_help.JSON_OBJECT)
@click.pass_context
def whoami(context: click.Context, *, profile: str | None, as_json: bool) -> None:
    problems: list[RolecallError] = []
    with exit_on_error():
        service = Services(os.environ, on_problem=problems.append).whoami
        origin = service.origin(profile or "")
    found: Whoami | None = None
    try:
        found = service.ask(origin)
    except VerifyFailed as failed:
        problems = [each for each in problems if each is not failed.cause]  # it says that, too
        problems.append(failed)
    for each in problems:
        echo_error(each)
    if as_json:
        write_json(_object(origin, found))
    else:
        for line in _lines(origin, found) if origin.profile else ():
            echo(line)
    context.exit(0 if found else 1)


def _lines(origin: Origin, found: Whoami | None) -> list[str]:
    lines = []
    if found is not None:
        lines.append(found.identity.arn)
        account = f"{found.account_name} {found.identity.account_id}".strip()
        parts = [account, found.permission_set]
        if found.token is not None:
            is_login = bool(origin.target and origin.target.login)
            parts.append(words.remaining(found.token, datetime.now(UTC), is_login=is_login))
        lines.append(" · ".join(part for part in parts if part))
    lines.append(_from(origin, found))
    lines += [
        words.OVERRULED[each.rule.value].format(what=each.what, by=each.by)
        for each in origin.overruled
    ]
    return lines


def _from(origin: Origin, found: Whoami | None) -> str:
    if found:
        source = found.source
    else:
        source = CredentialsSource.ENVIRONMENT if origin.overruler else CredentialsSource.PROFILE
    named = words.NAMED_BY.format(variable=origin.named_by)
    path, line = _place(origin, found)
    place = f"{safe(path)}:{line}" if line else safe(path)
    if source in {CredentialsSource.PROFILE, CredentialsSource.FILE} and origin.target is None:
        if not origin.named_by:
            return words.NO_DEFAULT.format(profile=origin.profile)
        text = words.FROM_NOWHERE_NEAR if origin.near else words.FROM_NOWHERE
        return text.format(profile=origin.profile, named=named, near=origin.near)
    return words.FROM[source.value].format(
        profile=origin.profile,
        place=place,
        named=named if origin.named_by else words.NAMED_BY_NOTHING,
        variable=origin.overruler,
    )


def _place(origin: Origin, found: Whoami | None) -> tuple[str, int]:
    """Return the file of the credentials, and the line on which the profile begins or 0."""
    if found and found.old_file:
        return str(found.old_file), 0
    return str(origin.path), origin.line


def _object(origin: Origin, found: Whoami | None) -> dict[str, object]:
    identity: dict[str, object] = {}
    if found is not None:
        identity = {
            "arn": found.identity.arn,
            "account_id": found.identity.account_id,
            "account": found.account_name or None,
            "permission_set": found.permission_set or None,
            "user_id": found.identity.user_id,
            "from": found.source.value,
            "token_expires_at": write_time(found.token.expires_at) if found.token else None,
        }
    path, line = _place(origin, found)
    is_in_file = origin.target or (found and found.old_file)
    return identity | {
        "profile": origin.profile if origin.target else None,
        "sso_session": (origin.target.session or None) if origin.target else None,
        "profile_named_by": origin.named_by or None,
        "file": path if is_in_file else None,
        "line": line or None,
        "overruled": [
            {"what": each.what, "by": each.by, "rule": each.rule.value} for each in origin.overruled
        ],
    }
