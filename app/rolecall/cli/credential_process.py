"""`rolecall credential-process`: credentials for tools that know no sso-session."""

from __future__ import annotations

import os

import click

from rolecall.cli.support.errors import failing
from rolecall.domain.credential_formats import Export, Format
from rolecall.domain.model import Credentials, SsoSession
from rolecall.presentation import credential_strings, session_strings
from rolecall.presentation.paths import config_file
from rolecall.services.credentials import CredentialsService


@click.command("credential-process")
@click.option("--profile", metavar="NAME", help="A profile of ~/.aws/config.")
@click.option("--account", metavar="ID", help="Instead of a profile: the account, and …")
@click.option("--permission-set", metavar="NAME", help="… the permission set in it.")
@click.option("--sso-session", "session", metavar="NAME", help="Where there are several.")
def credential_process(
    profile: str | None, account: str | None, permission_set: str | None, session: str | None
) -> None:
    """Print credentials as a credential_process does.

    \b
    [profile for-old-tools]
    credential_process = rolecall credential-process --profile audit-admin

    Asks nobody and opens nothing; on failure one sentence on standard error and exit status 1.
    Many at once make one call to AWS.
    """
    role = account, permission_set, session
    if any(role) if profile else not (account and permission_set):
        raise click.UsageError(credential_strings.PROFILE_OR_ROLE)
    with failing():
        service = CredentialsService.from_environment(os.environ)
        credentials: Credentials
        if profile:
            credentials = service.of_profile(profile)
        else:
            assert account is not None
            assert permission_set is not None
            chosen = _session(service, session)
            credentials = service.of_role(chosen, account.replace("-", ""), permission_set)
    click.echo(Export(credentials, None, "").text(Format.JSON), nl=False)


def _session(service: CredentialsService, name: str | None) -> SsoSession:
    """The one that was named, or the only one."""
    if name is not None:
        return service.session(name)
    sessions = service.sessions()
    if not sessions:
        raise click.ClickException(session_strings.NO_SESSION.format(path=config_file()))
    if len(sessions) > 1:
        names = " ".join(each.name for each in sessions if each.name)
        raise click.ClickException(session_strings.WHICH_SESSION.format(names=names))
    return sessions[0]
