"""Undo in the full screen: what it says of a config that a change created."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rolecall.domain.config.file_change import Change
from rolecall.files.safe.backups import Backups
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.widgets.diff_view import DiffView
from tests.support.full_screen import open_full_screen


async def test_undo_says_that_it_deletes_a_config_that_did_not_exist(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(140, 30)) as it:
        config = it.desk.config
        content = config.read_bytes()
        config.unlink()
        backups = Backups(it.desk.services.locations.state)
        backups.write(Change(config, None, content, "set-sso-session corp"), datetime.now(UTC))
        await it.pilot.press("z")
        question = await it.until_shown(ConfirmScreen)
        assert "Undo deletes ~/.aws/config:" in str(question.query_one(DiffView).words)
        assert "-[sso-session corp]" in question.query_one(DiffView).text
        await it.pilot.press("enter")
        await it.until(lambda: not isinstance(it.app.screen, ConfirmScreen))
        await it.until(lambda: not it.app.state.profiles and not it.app.state.sessions)
        assert not config.exists()
