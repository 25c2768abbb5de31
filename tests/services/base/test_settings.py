"""The demo uses a copy of the user's settings, and changes stay in the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.domain.errors.file_errors import HomeUnknown
from rolecall.domain.production import ANY
from rolecall.domain.settings.settings import SettingProblem, Settings
from rolecall.services.base.settings import SettingsService


def file_of(home: Path) -> Path:
    return home / ".config" / "rolecall" / "settings.toml"


def copied(own: Path, demo: Path) -> SettingsService:
    return SettingsService.copy_of({"HOME": str(own)}, {"HOME": str(demo)})


def test_the_demo_starts_with_a_copy_of_the_users_settings(tmp_path: Path) -> None:
    own, demo = tmp_path / "own", tmp_path / "demo"
    file_of(own).parent.mkdir(parents=True)
    file_of(own).write_text('theme = "light"\n')
    service = copied(own, demo)
    assert service.settings.theme == "light"
    service.save({"bell": True})
    assert service.settings.bell
    assert service.settings.theme == "light"
    assert file_of(own).read_text() == 'theme = "light"\n'


def test_unreadable_settings_give_the_defaults(tmp_path: Path) -> None:
    own, demo = tmp_path / "own", tmp_path / "demo"
    assert copied(own, demo).settings == SettingsService.from_environment({}).settings
    file_of(own).mkdir(parents=True)
    assert copied(own, demo).settings == SettingsService.from_environment({}).settings


@pytest.mark.parametrize("what", ["not TOML", "unreadable"])
def test_settings_that_can_no_longer_be_read_stay_on_the_safe_side(
    tmp_path: Path, what: str
) -> None:
    path = file_of(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text('production = "live"\ntheme = "dark"\n')
    service = SettingsService.from_environment({"HOME": str(tmp_path)})
    path.unlink()
    if what == "unreadable":
        path.mkdir()
    else:
        path.write_text('theme = "light"\nproduction = "')
    service.read_again()
    assert service.settings == Settings(theme="dark", production=ANY, log=False)
    assert [(each.problem, each.line) for each in service.last.bad] == [
        (SettingProblem.NOT_TOML, 2) if what == "not TOML" else (SettingProblem.UNREADABLE, 0)
    ]
    before = service.last
    service.read_again()
    assert service.last == before
    if what == "unreadable":
        path.rmdir()
    path.write_text('theme = "light"\n')
    service.read_again()
    assert (service.settings, service.last.bad) == (Settings(theme="light"), ())


def test_a_setting_that_becomes_invalid_leaves_the_others_new(tmp_path: Path) -> None:
    file_of(tmp_path).parent.mkdir(parents=True)
    file_of(tmp_path).write_text('theme = "light"\n')
    service = SettingsService.from_environment({"HOME": str(tmp_path)})
    file_of(tmp_path).write_text('theme = 3\nproduction = "live"\n')
    service.read_again()
    assert service.settings == Settings(production="live")
    assert [each.name for each in service.last.bad] == ["theme"]


@pytest.mark.usefixtures("unknown_user")
def test_without_a_home_there_are_defaults_that_cannot_be_saved() -> None:
    service = SettingsService.from_environment({})
    assert isinstance(service.home_error, HomeUnknown)
    assert service.settings == Settings()
    with pytest.raises(HomeUnknown):
        service.save({"bell": True})


def test_the_plan_is_what_saving_writes(tmp_path: Path) -> None:
    file_of(tmp_path).parent.mkdir(parents=True)
    file_of(tmp_path).write_text('theme = "light"  # by hand\n')
    service = SettingsService.from_environment({"HOME": str(tmp_path)})
    planned = service.plan({"bell": True})
    assert planned.after.startswith(b'theme = "light"  # by hand\n')
    service.save({"bell": True})
    assert file_of(tmp_path).read_bytes() == planned.after
    assert service.settings.bell
