"""Each cell of the matrix, on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.demo.options import TENANT, DemoOptions, utc_now
from tests.cli.conftest import CommandLine, machine
from tests.faults.cells import CAUSES, Cell, Line, Operation, chosen, every_cell
from tests.faults.command_line import (
    SAYS_WITHIN,
    begin_fault,
    prepare,
    run,
    run_again,
    sign_in_again,
)
from tests.support.logins import cache
from tests.support.network.tls_server import tls_server


@pytest.fixture(scope="module")
def tls_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with tls_server(tmp_path_factory.mktemp("tls")) as url:
        yield url


@pytest.mark.quick
def test_the_matrix_is_large_and_its_part_has_everything() -> None:
    assert len(every_cell()) >= 300
    assert {cell.operation for cell in chosen()} == set(Operation)
    assert {cell.cause_name for cell in chosen()} == set(CAUSES)


@pytest.mark.parametrize("cell", chosen(), ids=str)
def test_a_command_says_what_is_wrong_ends_and_works_again(
    cell: Cell, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    what = cell.cause.what
    difference = what if isinstance(what, timedelta) else timedelta(0)
    options = DemoOptions(accounts=25, tenant=TENANT, clock=lambda: datetime.now(UTC) + difference)
    with machine(tmp_path / "home", options) as desk:
        prepare(desk, cell)
        tls_url = request.getfixturevalue("tls_url") if what is Line.TLS else ""
        before = kept(desk)
        found = run(desk, cell, begin_fault(desk, cell, tls_url))
        assert "Traceback" not in found.errors
        assert re.search(cell.outcome.said, found.errors), found.errors
        assert found.status == cell.outcome.status, found.errors
        assert found.said_after < SAYS_WITHIN
        if cell.operation is not Operation.SIGN_OUT and found.status:
            assert kept(desk) == before
        if cell.operation is Operation.SIGN_OUT:
            return  # the token is deleted, whatever the portal says
        # The next run has the right clock. What is cached has expired, if the clock was wrong.
        object.__setattr__(desk.server.options, "clock", utc_now)
        if cell.loses_session or (difference and cell.outcome.status):
            desk.server.faults.clear()
            sign_in_again(desk, cell)
        again = run_again(desk, cell)
        assert again.status == 0, again.errors
        assert again.output or cell.operation in {
            *(Operation.REGISTER, Operation.DEVICE_CODE, Operation.POLL, Operation.REDEEM),
            Operation.LOGIN,
        }


def kept(desk: CommandLine) -> tuple[bytes, bool, int]:
    """What a command that fails leaves as it is: the config, and that there are refresh tokens."""
    token = desk.token_cache.token(desk.session)
    has_token = token is not None and token.refresh_token is not None
    return desk.config.read_bytes(), has_token, len(cache(desk).sessions())
