"""The demo goes by the user's settings, and what is changed in it stays in it."""

from __future__ import annotations

from pathlib import Path

from rolecall.services.settings import SettingsService


def file_of(home: Path) -> Path:
    return home / ".config" / "rolecall" / "settings.toml"


def copied(own: Path, demo: Path) -> SettingsService:
    return SettingsService.copy_of({"HOME": str(own)}, {"HOME": str(demo)})


def test_the_demo_has_settings_of_its_own_that_begin_as_the_users(tmp_path: Path) -> None:
    own, demo = tmp_path / "own", tmp_path / "demo"
    file_of(own).parent.mkdir(parents=True)
    file_of(own).write_text('theme = "light"\n')
    service = copied(own, demo)
    assert service.settings.theme == "light"
    service.save({"bell": True})
    assert service.settings.bell
    assert service.settings.theme == "light"
    assert file_of(own).read_text() == 'theme = "light"\n'


def test_where_the_user_has_none_that_can_be_read_all_is_as_usual(tmp_path: Path) -> None:
    own, demo = tmp_path / "own", tmp_path / "demo"
    assert copied(own, demo).settings == SettingsService.from_environment({}).settings
    file_of(own).mkdir(parents=True)
    assert copied(own, demo).settings == SettingsService.from_environment({}).settings
