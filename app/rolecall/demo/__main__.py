"""`python -m rolecall.demo`: the demo server alone, for any client of IAM Identity Center."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path

import click

from rolecall.demo.home import create_home
from rolecall.demo.options import TENANT, DemoOptions
from rolecall.demo.server import DemoServer

# With these variables a client would not use the demo.
_UNSET = (
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    *("AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
)
_STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM}


@click.command()
@click.option("--port", default=0, show_default="any free port", help="Port on loopback.")
@click.option("--accounts", default=41, show_default=True, help="Number of accounts.")
@click.option("--latency", default=0.0, show_default=True, help="Seconds that each call takes.")
@click.option(
    "--interval", default=1, show_default=True, help="Seconds between two polls of a sign-in."
)
@click.option("--approve", is_flag=True, help="Approve every sign-in automatically.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Create this directory with a ~/.aws for the demo, and export it as HOME.",
)
def main(
    *, port: int, accounts: int, latency: float, interval: int, approve: bool, home: Path | None
) -> None:
    """Run an IAM Identity Center on loopback, to try AWS clients. Stop it with Ctrl+C."""
    # Block the signals before there are threads, so that they only end `sigwait` below.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    options = DemoOptions(
        accounts, port=port, latency=latency, interval=interval, approve=approve, tenant=TENANT
    )
    server = DemoServer(options)
    try:
        server.start()
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port}: {error.strerror}") from error
    with server:
        variables = server.endpoints
        if home is not None:
            home = home.resolve()
            try:
                place = server.start_url, server.region
                create_home(home, *place, server.organisation, tenant=server.tenant)
            except FileExistsError as error:
                raise click.ClickException(
                    f"{error.filename} exists already. Choose a new directory."
                ) from error
            variables = server.environment(home)
        click.echo(f"unset {' '.join(_UNSET)}")
        for name, value in variables.items():
            click.echo(f"export {name}={shlex.quote(value)}")
        click.echo(f"# Start URL {server.start_url}, region {server.region}")
        click.echo(
            "# Every sign-in is approved automatically."
            if approve
            else f"# Approve sign-ins at {server.url}/device, or start the demo with --approve."
        )
        sys.stdout.flush()
        signal.sigwait(_STOP_SIGNALS)


if __name__ == "__main__":
    main()
