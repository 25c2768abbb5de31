"""Random keys never end rolecall. `make storm` presses more of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.ui.screens.accounts import AccountsScreen
from tests.support.storm import Storm

KEYS = 60


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_random_keys_never_end_rolecall(tmp_path: Path, seed: int) -> None:
    await Storm(seed).run(tmp_path / "home", KEYS)


async def test_a_storm_finds_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: AccountsScreen, move: str) -> None:
        raise ZeroDivisionError(move)

    monkeypatch.setattr(AccountsScreen, "action_table", broken)
    with pytest.raises(ZeroDivisionError):
        await Storm(1).run(tmp_path / "home", KEYS)
