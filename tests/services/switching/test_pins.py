"""The account of a directory: found, trusted for its content and place, given to one profile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rolecall.domain.errors.file_error_reason import FileErrorReason
from rolecall.domain.errors.file_errors import FileUnwritable, HomeUnknown
from rolecall.domain.errors.pin_errors import NoPin, PinInvalid, PinMissed, PinUntrusted
from rolecall.domain.model import Assignment, PermissionSet
from rolecall.domain.switching.pin import Pin, PinMistake, PinProblem
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.services.switching.pins import Pins, pin_of, pinned_export
from rolecall.services.switching.switching import Switching
from tests.support.desk import Desk, save

ARN = "arn:aws:iam::123456789012:role/ops/Deployer"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory in a repository."""
    folder = tmp_path / "repository" / "deep"
    folder.mkdir(parents=True)
    (folder.parent / ".git").mkdir()
    return folder


@pytest.fixture
def pins(desk: Desk, folder: Path) -> Pins:
    return Pins(desk.environ, str(folder))


@pytest.fixture
def file(folder: Path) -> Path:
    return folder.parent / ".rolecall.toml"


@pytest.fixture
def pin(audit: Assignment) -> Pin:
    return Pin(*audit.key)


def targets(desk: Desk) -> Switching:
    return Switching(desk.environ)


# --- the file


def test_a_file_counts_for_all_directories_below(pins: Pins, file: Path, pin: Pin) -> None:
    file.write_text(pin.text())
    found = pins.file()
    assert (found.path, pins.read(found)) == (str(file), pin)


def test_the_nearest_file_counts(pins: Pins, file: Path, folder: Path, pin: Pin) -> None:
    file.write_text(pin.text())
    (folder / ".rolecall.toml").write_text(f'role_arn = "{ARN}"\n')
    assert pins.read(pins.file()).role_arn == ARN


def test_the_search_ends_at_the_root_of_the_repository(pins: Pins, file: Path, pin: Pin) -> None:
    (file.parent.parent / file.name).write_text(pin.text())
    with pytest.raises(NoPin):
        pins.file()


def test_the_search_ends_at_the_root_of_the_file_system(desk: Desk) -> None:
    with pytest.raises(NoPin):
        Pins(desk.environ, "/").file()


def test_the_directory_is_the_current_one(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert Pins(desk.environ).folder == str(folder)
    folder.rmdir()
    assert Pins(desk.environ).folder == "/"


def test_what_is_no_file_cannot_be_read(pins: Pins, file: Path) -> None:
    for make in (file.mkdir, lambda: os.mkfifo(file)):
        make()
        with pytest.raises(PinInvalid) as raised:
            pins.file()
        assert raised.value.problem is PinProblem.UNREADABLE
        assert raised.value.subject
        file.rmdir() if file.is_dir() else file.unlink()


def test_a_large_file_is_not_read(pins: Pins, file: Path, pin: Pin) -> None:
    largest = 16_384
    text = pin.text()
    file.write_text(text + "#" * (largest - len(text)))
    assert pins.read(pins.file()) == pin
    file.write_text(text + "#" * (largest + 1 - len(text)))
    with pytest.raises(PinInvalid) as raised:
        pins.file()
    assert raised.value.problem is PinProblem.TOO_LARGE


@pytest.mark.parametrize(
    ("data", "problem"), [(b"\xff", PinProblem.NOT_TOML), (b"", PinProblem.NO_ROLE)]
)
def test_a_bad_file_says_what_is_wrong(
    pins: Pins, file: Path, data: bytes, problem: PinProblem
) -> None:
    file.write_bytes(data)
    with pytest.raises(PinInvalid) as raised:
        pins.trusted()
    assert raised.value.problem is problem


# --- trust


def test_trust_is_for_one_content_in_one_place(
    desk: Desk, pins: Pins, file: Path, pin: Pin, tmp_path: Path
) -> None:
    file.write_text(pin.text())
    with pytest.raises(PinUntrusted) as raised:
        pins.trusted()
    assert raised.value.path == str(file)
    pins.trust(pins.file())
    assert pins.trusted() == pin
    other = tmp_path / file.name
    other.write_text(pin.text())
    with pytest.raises(PinUntrusted):
        Pins(desk.environ, str(tmp_path)).trusted()
    file.write_text(f"{pin.text()}#")
    with pytest.raises(PinUntrusted):
        pins.trusted()


def test_a_revoked_file_is_not_trusted(pins: Pins, file: Path, pin: Pin) -> None:
    file.write_text(pin.text())
    pins.trust(pins.file())
    for _ in range(2):
        pins.distrust(pins.file())
        with pytest.raises(PinUntrusted):
            pins.trusted()


def test_a_revoked_file_is_not_trusted_with_its_earlier_content_either(
    desk: Desk, pins: Pins, file: Path, pin: Pin, tmp_path: Path
) -> None:
    other = tmp_path / file.name
    elsewhere = Pins(desk.environ, str(tmp_path))
    texts = [pin.text(), f"{pin.text()}# later\n"]
    for text in texts:
        for each, trusting in (file, pins), (other, elsewhere):
            each.write_text(text)
            trusting.trust(trusting.file())
    file.write_text("x" * 20_000)  # it cannot be used, but revoked
    pins.distrust(pins.found())
    for text in texts:
        file.write_text(text)
        with pytest.raises(PinUntrusted):
            pins.trusted()
        other.write_text(text)
        assert elsewhere.trusted() == pin


def test_notes_of_trust_are_private(desk: Desk, pins: Pins, file: Path, pin: Pin) -> None:
    file.write_text(pin.text())
    pins.trust(pins.file())
    (note,) = (desk.services.locations.state / "trusted").iterdir()
    assert note.stat().st_mode & 0o777 == 0o600
    assert note.read_text() == str(file)


def test_trust_that_cannot_be_noted_is_an_error(
    desk: Desk, pins: Pins, file: Path, pin: Pin
) -> None:
    file.write_text(pin.text())
    desk.services.locations.state.mkdir(parents=True, exist_ok=True)
    (desk.services.locations.state / "trusted").write_text("in the way")
    for act in (pins.trust, pins.distrust):
        with pytest.raises(FileUnwritable) as raised:
            act(pins.file())
        assert raised.value.path == desk.services.locations.state
        assert "irectory" in raised.value.reason  # the system says what is in the way


def test_a_pin_that_is_made_here_is_trusted(pins: Pins, folder: Path, pin: Pin) -> None:
    change = pins.plan(pin)
    assert change.path == folder / ".rolecall.toml"
    assert not change.path.exists()
    pins.commit(change)
    assert change.path.read_text() == pin.text()
    assert pins.trusted() == pin


def test_a_link_is_not_read_not_trusted_and_not_written(
    desk: Desk, pins: Pins, file: Path, folder: Path, pin: Pin
) -> None:
    """A repository of someone else could use and change the file of another one."""
    file.write_text(pin.text())
    above = Pins(desk.environ, str(file.parent))
    above.trust(above.file())
    link = folder / ".rolecall.toml"
    for target in (file, desk.config, folder / "missing"):
        link.symlink_to(target)
        before = desk.config.read_bytes(), file.read_bytes()
        for act in (pins.file, pins.trusted):
            with pytest.raises(PinInvalid) as raised:
                act()
            assert raised.value.problem is PinProblem.LINK
        with pytest.raises(FileUnwritable) as unwritable:
            pins.commit(pins.plan(pin))
        assert unwritable.value.reason == FileErrorReason.LINK.value
        pins.distrust(pins.found())
        assert (desk.config.read_bytes(), file.read_bytes()) == before
        link.unlink()
    assert above.trusted() == pin


# --- the profile


def test_the_profile_that_was_used_last_comes_first(
    desk: Desk, pins: Pins, audit_admin: Assignment, pin: Pin
) -> None:
    save(desk, "audit-too", audit_admin)
    save(desk, "audit-view", Assignment(audit_admin.account, PermissionSet("ViewOnlyAccess")))
    names = {each.name for each in pins.profiles(pin, targets(desk))}
    assert names == {"audit-admin", "audit-too"}
    for name in sorted(names):
        uses = "".join(f"{int(each == name) + 1} {each}\n" for each in names)
        (desk.services.locations.state / "recent-profiles").write_text(uses)
        assert pins.profiles(pin, targets(desk))[0].name == name
        assert pins.target(pin, targets(desk)).name == name


def test_a_profile_of_another_portal_or_role_is_not_used(
    desk: Desk, pins: Pins, audit_admin: Assignment, pin: Pin
) -> None:
    desk.add(
        f"[profile chained]\nrole_arn = {ARN}\nsource_profile = audit-admin\n"
        "[sso-session other]\nsso_start_url = https://other.awsapps.com/start\n"
        "sso_region = us-east-1\n"
        f"[profile elsewhere]\nsso_session = other\nsso_account_id = {pin.account_id}\n"
        f"sso_role_name = {pin.permission_set}\n"
    )

    def names(pin: Pin) -> set[str]:
        return {each.name for each in pins.profiles(pin, targets(desk))}

    assert names(pin) == {"audit-admin", "elsewhere"}
    assert names(pin._replace(start_url=f"{desk.session.start_url.upper()}/#")) == {"audit-admin"}
    assert names(pin._replace(start_url="https://other.awsapps.com/start")) == {"elsewhere"}
    assert names(Pin(ARN.split(":")[4], role_arn=ARN)) == {"chained"}
    assert names(Pin(ARN.split(":")[4], role_arn=ARN.replace("ops", "dev"))) == set()


def test_without_a_profile_the_permission_set_of_the_only_portal_is_used(
    desk: Desk, pins: Pins, pin: Pin
) -> None:
    pin = pin._replace(region="us-west-2")
    found = pins.target(pin, targets(desk))
    account, role = pin.account_id, pin.permission_set
    url = desk.session.start_url
    assert found == SwitchTarget("", account, role, "corp", url, "us-west-2")
    with pytest.raises(PinMissed):
        pins.target(Pin(ARN.split(":")[4], role_arn=ARN), targets(desk))
    desk.add(
        "[sso-session other]\nsso_start_url = https://other.awsapps.com/start\n"
        "sso_region = us-east-1\n"
    )
    with pytest.raises(PinMissed):
        pins.target(pin, targets(desk))
    there = pin._replace(start_url="https://other.awsapps.com/start/")
    assert pins.target(there, targets(desk)).session == "other"


def test_a_listed_permission_set_without_a_profile_can_be_saved(
    desk: Desk, audit_admin: Assignment, pin: Pin
) -> None:
    view = Assignment(audit_admin.account, PermissionSet("ViewOnlyAccess"))
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
    roles = desk.services.unsaved_roles
    found = roles.of_pin(Pin(*view.key))
    assert found is not None
    assert (found.session.name, found.assignment.key) == ("corp", view.key)
    assert roles.of_pin(Pin(*view.key, start_url="https://other.awsapps.com/start")) is None
    assert roles.of_pin(Pin(*view.key, start_url=f"{desk.session.start_url}/")) is not None
    assert roles.of_pin(pin) is None  # it has a profile
    assert roles.of_pin(Pin(*view.key)._replace(permission_set="NotMine")) is None


# --- credentials


def test_credentials_are_those_of_the_pin(
    desk: Desk, pins: Pins, audit_admin: Assignment, pin: Pin
) -> None:
    desk.sign_in()
    service = desk.services.credentials
    found = pinned_export(pin, pins.target(pin, targets(desk)), service)
    assert (found.credentials.account_id, found.region) == (pin.account_id, "eu-west-1")
    west = pin._replace(region="us-west-2")
    assert pinned_export(west, pins.target(west, targets(desk)), service).region == "us-west-2"
    view = pin._replace(permission_set="ViewOnlyAccess")
    unnamed = pinned_export(view, pins.target(view, targets(desk)), service)
    assert unnamed.credentials.account_id == pin.account_id
    assert unnamed.region == desk.session.region


def test_credentials_for_another_account_are_refused(
    desk: Desk, pins: Pins, audit_admin: Assignment, pin: Pin
) -> None:
    desk.sign_in()
    target = pins.target(pin, targets(desk))
    with pytest.raises(PinMissed):
        pinned_export(pin._replace(account_id="0" * 12), target, desk.services.credentials)


def test_the_pin_of_a_profile_names_its_account_and_portal(
    desk: Desk, audit_admin: Assignment, pin: Pin
) -> None:
    target = targets(desk).target("audit-admin")
    assert target is not None
    assert pin_of(target, "") == pin._replace(region="eu-west-1", start_url=desk.session.start_url)
    role = target._replace(account_id=ARN.split(":")[4], role="Deployer", start_url="", region="")
    assert pin_of(role, ARN) == Pin(ARN.split(":")[4], role_arn=ARN)
    with pytest.raises(PinMistake):
        pin_of(SwitchTarget("keys"), "")


@pytest.mark.usefixtures("unknown_user")
def test_without_a_home_there_is_no_pin() -> None:
    with pytest.raises(HomeUnknown):
        Pins({})
