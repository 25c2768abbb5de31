"""`rolecall watch`: what is left of everything that ends, in a small pane."""

from __future__ import annotations

import click

from rolecall.cli.full_screen import full_screen


@click.command()
@click.pass_context
def watch(context: click.Context) -> None:
    """Show what is left of every token and credential.

    In as little as 40×5. What renews itself is renewed meanwhile. r renews, / filters, q quits.
    """
    context.exit(full_screen(watch=True))
