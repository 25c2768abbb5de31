"""Keys that are typed before the picker is complete, and what its rows show."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events

from rolecall.domain.model import Account, Assignment, PermissionSet, SsoSession
from rolecall.services.inventory.unsaved_roles import UnsavedRole, target_of
from rolecall.services.profiles.profiles import ProfilesService
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching
from rolecall.ui.picker.picker_app import Picker
from rolecall.ui.picker.rows import PickerRow, PickerRows, unsaved_row
from rolecall.ui.widgets.table.columns import GAP, ContentWidth, fit
from tests.support.gate import Gate
from tests.support.obstacles.locks import without_locks
from tests.support.settings import write_settings
from tests.support.waiting import pause_until

CONFIG = "[profile first]\nregion = a\n[profile billing]\nregion = a\n[profile bills]\nregion = a\n"
SESSION = "[sso-session {0}]\nsso_start_url = https://{0}.awsapps.com/start\nsso_region = a\n"

ROLE = UnsavedRole(
    SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1"),
    Assignment(Account("123456789012", "audit", ""), PermissionSet("Admin")),
)


def switching_with(home: Path, config: str, **environ: str) -> Switching:
    (home / ".aws").mkdir(exist_ok=True)
    (home / ".aws" / "config").write_text(config)
    return Switching({"HOME": str(home), **environ})


def chosen_in(app: Picker) -> str | None:
    return app.return_value and app.return_value.target.name


class PickerWithoutField(Picker):
    """A picker that never mounts its field; others mount it after the first paint."""

    async def _make_field(self) -> None:
        pass


class PickerThatLoadsNothing(PickerWithoutField):
    async def _load(self) -> None:
        pass


class PickerThatSignsIn(PickerThatLoadsNothing):
    """Notes that a sign-in has begun, and cancels it."""

    has_begun = False

    async def _sign_in(self, _: PickerRow) -> bool:
        self.has_begun = True
        return False


class PickerThatIsSignedIn(PickerThatLoadsNothing):
    async def _sign_in(self, _: PickerRow) -> bool:
        return True


@pytest.mark.quick
@pytest.mark.parametrize("picker", [Picker, PickerWithoutField])
async def test_an_early_enter_uses_what_was_typed(picker: type[Picker], tmp_path: Path) -> None:
    switching = switching_with(tmp_path, CONFIG)
    app = picker(switching, switching.targets(), "")
    async with app.run_test(size=(80, 14)) as pilot:
        await pilot.press(*"billx", "enter")  # nothing matches, so Enter does nothing
        assert "Enter" not in str(app.hint.render())
        await pilot.press("backspace", "s", "enter")
        await pilot.pause()
    assert chosen_in(app) == "bills"


@pytest.mark.quick
async def test_keys_typed_while_the_field_is_mounted_keep_their_order(tmp_path: Path) -> None:
    switching = switching_with(tmp_path, CONFIG)
    app = PickerWithoutField(switching, switching.targets(), "")
    async with app.run_test(size=(80, 14)) as pilot:
        making = asyncio.create_task(Picker._make_field(app))
        for letter in (typed := "abcdefghijklmnopqrstuvwxyz"):
            app.post_message(events.Key(letter, letter))
            await asyncio.sleep(0)
        app.post_message(events.Paste(" pasted\nmore"))
        await making
        await pilot.pause()
        assert app.field is not None
        assert app.field.value == f"{typed} pasted"


@pytest.mark.quick
async def test_an_early_line_feed_is_an_enter(tmp_path: Path) -> None:
    """Keys that are typed while a shell waits for `awsp` pass a terminal in line mode."""
    switching = switching_with(tmp_path, CONFIG)
    early = PickerWithoutField(switching, switching.targets(), "bill")
    async with early.run_test(size=(80, 14)) as pilot:
        await pilot.press("ctrl+j")
        await pilot.pause()
    assert chosen_in(early) == "billing"
    late = Picker(switching, switching.targets(), "bill")
    async with late.run_test(size=(80, 14)) as pilot:
        await pause_until(lambda: late.field is not None and late.focused is late.field)
        await pilot.press("ctrl+j", "enter")
        await pilot.pause()
    assert chosen_in(late) == "bills"


@pytest.mark.quick
@pytest.mark.parametrize(("key", "chosen"), [("y", True), ("n", False)])
async def test_a_question_asked_before_there_is_a_field_keeps_the_focus(
    key: str, chosen: bool, tmp_path: Path
) -> None:
    switching = switching_with(tmp_path, "[profile acme-prod]\nregion = a\n")
    app = PickerWithoutField(switching, switching.targets(), "")
    async with app.run_test(size=(80, 14)) as pilot:
        await pilot.press("enter")
        await Picker._make_field(app)
        await pilot.press(key)
        await pilot.pause()
        assert app.field is not None
        assert not app.field.value
        assert chosen or app.focused is app.field
    assert (app.return_value is not None) == chosen


@pytest.mark.quick
async def test_a_session_column_is_shown_if_there_are_several_sessions(tmp_path: Path) -> None:
    for names in (["corp"], ["corp", "subsidiary"]):
        switching = switching_with(tmp_path, "".join(map(SESSION.format, names)))
        app = Picker(switching, switching.targets(), "")
        shown = "session" in {column.key for column in app.table.columns}
        assert shown == (len(names) > 1)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("width", "several", "shown"),
    [
        (40, False, "name account role"),
        (40, True, "name account role"),
        (60, False, "name account role"),
        (80, False, "name account role region"),
        (80, True, "name account role session"),
        (100, False, "name account role region left id"),
    ],
)
def test_the_rows_can_be_distinguished_at_every_width(
    width: int, several: bool, shown: str, tmp_path: Path
) -> None:
    names = ["corp", "subsidiary"][: 1 + several]
    switching = switching_with(tmp_path, "".join(map(SESSION.format, names)))
    columns = PickerRows(switching, {}).columns()
    room = width - 2  # without the bar of the chosen row
    cells = {"sign": 1, "name": 24, "account": 12, "role": 16, "session": 8, "id": 12}
    needs = [cells.get(column.key, 10) for column in columns]
    content = [ContentWidth(each, each) for each in needs]
    widths = fit(columns, content, room)
    by_key = {column.key: each for column, each in zip(columns, widths, strict=True) if each}
    assert " ".join(by_key) == f"sign {shown}"
    assert sum(by_key.values()) + GAP * (len(by_key) - 1) <= room
    assert by_key["name"] == (24 if width >= 60 else 13)


@pytest.mark.quick
async def test_the_profile_in_use_is_marked(tmp_path: Path) -> None:
    switching = switching_with(tmp_path, CONFIG, AWS_PROFILE="billing")
    rows = PickerRows(switching, switching.targets()).of_profiles()
    assert {row.name: row.sign for row in rows} == {"first": "", "billing": "►", "bills": ""}


@pytest.mark.quick
async def test_an_empty_picker_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    switching = Switching({"HOME": str(tmp_path)})
    app = Picker(switching, switching.targets(), "")
    async with app.run_test(size=(80, 14)):
        await pause_until(lambda: "`rolecall` signs in" in app.table.placeholder)


@pytest.mark.quick
@pytest.mark.parametrize("key", ["y", "n"])
async def test_a_name_that_becomes_production_is_asked_about_too(key: str, tmp_path: Path) -> None:
    """A permission set without a profile gets its name from the template, with the user's alias."""
    switching = switching_with(tmp_path, SESSION.format("corp"))
    write_settings(tmp_path, 'template = "prod-{account|slug}-{short}"\n')
    app = PickerThatSignsIn(switching, {}, "")
    app._services = Services({"HOME": str(tmp_path)}).build()
    async with app.run_test(size=(80, 14)) as pilot:
        app.table.set_rows([unsaved_row(ROLE, target_of(ROLE))])
        await pilot.press("enter")
        await pause_until(lambda: "y uses prod-audit-admin" in str(app.hint.render()))
        await pilot.press(key)
        await pause_until(lambda: "Enter save" in str(app.hint.render()))
    assert app.has_begun == (key == "y")


@pytest.mark.parametrize(("key", "begins"), [("enter", True), ("escape", False), ("x", False)])
async def test_a_profile_is_shown_before_enter_saves_it(
    key: str, begins: bool, tmp_path: Path
) -> None:
    switching = switching_with(tmp_path, SESSION.format("corp"))
    app = PickerThatSignsIn(switching, {}, "")
    app._services = Services({"HOME": str(tmp_path)}).build()
    before = (tmp_path / ".aws" / "config").read_bytes()
    async with app.run_test(size=(80, 14)) as pilot:
        app.table.set_rows([unsaved_row(ROLE, target_of(ROLE))])
        await pilot.press("enter")
        await pause_until(lambda: "Enter writes this" in str(app.hint.render()))
        shown = str(app.hint.render())
        assert "[profile audit-admin] · sso_session = corp" in shown
        assert "sso_account_id = 123456789012 · sso_role_name = Admin" in shown
        assert 3 <= app.hint.size.height <= 6
        await pilot.press(key)
        await pause_until(lambda: "Enter save" in str(app.hint.render()))
        assert app.hint.size.height == 1
    assert app.has_begun == begins
    assert (tmp_path / ".aws" / "config").read_bytes() == before


@pytest.mark.quick
@pytest.mark.parametrize("key", ["y", "enter"])
async def test_a_file_system_without_locks_is_asked_about(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switching = switching_with(tmp_path, SESSION.format("corp"))
    app = PickerThatIsSignedIn(switching, {}, "")
    app._services = Services({"HOME": str(tmp_path)}).build()
    config = tmp_path / ".aws" / "config"
    async with app.run_test(size=(80, 14)) as pilot:
        without_locks(monkeypatch)
        app.table.set_rows([unsaved_row(ROLE, target_of(ROLE))])
        await pilot.press("enter")
        await pause_until(lambda: "Enter writes this" in str(app.hint.render()))
        await pilot.press("enter")
        await pause_until(lambda: "y writes it" in str(app.hint.render()))
        assert "audit-admin" not in config.read_text()
        await pilot.press(key)
        await pause_until(lambda: app._exit or "Enter save" in str(app.hint.render()))
    assert ("audit-admin" in config.read_text()) == (key == "y")


@pytest.mark.quick
async def test_escape_does_not_leave_while_a_permission_set_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switching = switching_with(tmp_path, CONFIG + SESSION.format("corp"))
    app = PickerThatLoadsNothing(switching, switching.targets(), "first")
    target = target_of(ROLE)
    services = Services({"HOME": str(tmp_path)}).build()
    planned = services.unsaved_roles.plan(ROLE)
    gate = Gate(monkeypatch, ProfilesService, "commit")
    monkeypatch.setattr(app, "_open_services", lambda: services)
    async with app.run_test(size=(80, 14)) as pilot:
        saving = asyncio.create_task(app._save(unsaved_row(ROLE, target), planned))
        await pause_until(gate.entered.is_set)
        await pilot.press("escape")
        assert app.is_running
        gate.open()
        assert (await saving).saved
        await pilot.press("escape")
        await pause_until(lambda: not app.is_running)
