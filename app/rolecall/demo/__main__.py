"""`python -m rolecall.demo`: the demo alone, for any client that speaks to Identity Center."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path

import click

from rolecall.demo import DemoOptions, DemoServer, create_home

# Whatever of these a shell has set would lead a client away from the demo.
_UNSET = (
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    *("AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
)
_ENDS = {signal.SIGINT, signal.SIGTERM}


@click.command()
@click.option(
    "--port", default=0, show_default="a free one", help="The loopback port to listen on."
)
@click.option("--accounts", default=41, show_default=True, help="Accounts in the organisation.")
@click.option("--latency", default=0.0, show_default=True, help="Seconds that each call takes.")
@click.option("--interval", default=1, show_default=True, help="Seconds between two polls.")
@click.option("--approve", is_flag=True, help="Approve every sign-in by itself.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a ~/.aws for the demo into this new directory, and export it as HOME.",
)
def main(
    *, port: int, accounts: int, latency: float, interval: int, approve: bool, home: Path | None
) -> None:
    """An IAM Identity Center on loopback, for trying AWS clients. Ends with Ctrl+C."""
    # Blocked before there are threads, so that one of the signals ends the wait and nothing else.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    options = DemoOptions(
        accounts=accounts, port=port, latency=latency, interval=interval, approve=approve
    )
    server = DemoServer(options)
    try:
        server.start()
    except OSError as error:
        raise click.ClickException(f"port {port} can't be opened: {error.strerror}") from error
    with server:
        variables = server.endpoints
        if home is not None:
            home = home.resolve()
            try:
                create_home(home, server.start_url, server.region, server.organisation)
            except FileExistsError as error:
                raise click.ClickException(
                    f"{error.filename} exists; name a new directory"
                ) from error
            variables = server.environment(home)
        click.echo(f"unset {' '.join(_UNSET)}")
        for name, value in variables.items():
            click.echo(f"export {name}={shlex.quote(value)}")
        click.echo(f"# Start URL {server.start_url}, region {server.region}")
        click.echo(
            "# Every sign-in is approved by itself."
            if approve
            else f"# Approve a sign-in at {server.url}/device, or start the demo with --approve."
        )
        sys.stdout.flush()
        signal.sigwait(_ENDS)


if __name__ == "__main__":
    main()
