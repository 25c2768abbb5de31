"""What is typed at the picker before all of it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.services.switching import Switching
from rolecall.ui.picker import Picker

CONFIG = "[profile first]\nregion = a\n[profile billing]\nregion = a\n[profile bills]\nregion = a\n"


class PickerWithoutField(Picker):
    """The field is mounted after the first paint; here it never is."""

    async def _make_field(self) -> None:
        pass


@pytest.mark.parametrize("picker", [Picker, PickerWithoutField])
async def test_enter_takes_what_was_typed_however_soon(
    picker: type[Picker], tmp_path: Path
) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(CONFIG)
    switching = Switching({"HOME": str(tmp_path)})
    app = picker(switching, switching.targets(), "")
    async with app.run_test(size=(80, 14)) as pilot:
        await pilot.press(*"billx", "backspace", "s", "enter")
        await pilot.pause()
    assert app.return_value is not None
    assert app.return_value.target.name == "bills"
