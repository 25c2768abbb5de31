"""Random keys and sizes never end rolecall. `make storm` presses more of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.worker import WorkerFailed

from rolecall.ui.screens.base.table import TableScreen
from tests.support.screens.storm import Storm

KEYS = 60
MOST_KEYS = 1_000  # until the error: on a slow machine, many keys and sizes have no effect


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_random_keys_and_sizes_never_end_rolecall(tmp_path: Path, seed: int) -> None:
    await Storm(seed).run(tmp_path / "home", KEYS)


async def test_a_storm_finds_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: TableScreen[Any], move: str) -> None:
        raise ZeroDivisionError(move)

    monkeypatch.setattr(TableScreen, "action_table", broken)
    with pytest.raises((ZeroDivisionError, WorkerFailed)):
        await Storm(1).run(tmp_path / "home", MOST_KEYS)


@pytest.mark.thorough
async def test_a_storm_finds_an_error_of_another_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storm = Storm(1)

    def broken(screen: TableScreen[Any]) -> None:
        if screen.app.size != storm.first_size:
            raise ZeroDivisionError(screen.app.size)

    monkeypatch.setattr(TableScreen, "on_resize", broken)
    with pytest.raises((ZeroDivisionError, WorkerFailed)):
        await storm.run(tmp_path / "home", MOST_KEYS)
