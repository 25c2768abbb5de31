"""The account of the current directory, from a `.rolecall.toml` that the user trusts.

Quick to import, because a prompt waits for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rolecall.domain.errors.file_errors import FileUnwritable
from rolecall.domain.errors.pin_errors import NoPin, PinInvalid, PinMissed, PinUntrusted
from rolecall.domain.records import replace
from rolecall.domain.sign_in.sign_in_key import bare_url
from rolecall.domain.switching.pin import FILE_NAME, Pin, PinMistake, PinProblem, checked
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import safe
from rolecall.files.own import pin_file
from rolecall.files.paths import known_paths

if TYPE_CHECKING:
    from rolecall.domain.config.file_change import Change
    from rolecall.domain.credentials.credential_formats import Export
    from rolecall.services.credentials.credentials import CredentialsService
    from rolecall.services.switching.switching import Switching


class Pins:
    """The pin of a directory. Raises HomeUnknown."""

    def __init__(self, environ: Mapping[str, str], folder: str | None = None) -> None:
        self._environ = environ
        self._state = known_paths(environ).state
        try:
            self.folder = os.getcwd() if folder is None else folder
        except OSError:  # it was deleted
            self.folder = "/"

    def found(self) -> pin_file.PinFile:
        """Return the file of the directory, whether it can be read or not. Raises NoPin."""
        found = pin_file.find(self.folder)
        if found is None:
            raise NoPin(safe(self.folder))
        return found

    def file(self) -> pin_file.PinFile:
        """Return the file of the directory. Raises NoPin, PinInvalid if it cannot be read."""
        found = self.found()
        if found.problem:
            raise PinInvalid(safe(found.path), found.problem, found.reason)
        return found

    def read(self, file: pin_file.PinFile) -> Pin:
        """Return what a file says, trusted or not. Raises PinInvalid."""
        try:
            return pin_file.parse(file.data.decode())
        except UnicodeDecodeError as error:
            raise PinInvalid(safe(file.path), PinProblem.NOT_TOML, error.reason) from None
        except PinMistake as mistake:
            subject = safe(mistake.subject)
            raise PinInvalid(safe(file.path), mistake.problem, subject) from None

    def trusted(self) -> Pin:
        """Return the pin of the directory. Raises NoPin, PinInvalid, PinUntrusted."""
        file = self.file()
        pin = self.read(file)
        if not pin_file.is_trusted(self._state, file):
            raise PinUntrusted(safe(file.path), f"{pin.account_id} {pin.role}")
        return pin

    def trust(self, file: pin_file.PinFile) -> None:
        """Trust the file from now on. Raises FileUnwritable."""
        with _writing(self._state):
            pin_file.trust(self._state, file)

    def distrust(self, file: pin_file.PinFile) -> None:
        """Stop trusting the file, whatever its content. Raises FileUnwritable."""
        with _writing(self._state):
            pin_file.distrust(self._state, file)

    def plan(self, pin: Pin) -> Change:
        """Return the plan to write the pin of this directory.

        Raises FileUnreadable; FileUnwritable for a link, because one in someone else's repository
        can lead to any file of the user.
        """
        from pathlib import Path

        from rolecall.domain.config.file_change import Change
        from rolecall.domain.errors.file_error_reason import FileErrorReason
        from rolecall.files.safe import atomic

        path = Path(self.folder) / FILE_NAME
        if path.is_symlink():
            raise FileUnwritable(path, FileErrorReason.LINK.value)
        return Change(path, atomic.read(path), pin.text().encode(), FILE_NAME)

    def commit(self, change: Change) -> None:
        """Write the planned pin, and trust it. Raises FileError."""
        from rolecall.files.safe import atomic

        atomic.apply(change)
        self.trust(pin_file.PinFile(str(change.path), change.after))

    def profiles(self, pin: Pin, switching: Switching) -> list[SwitchTarget]:
        """Return the user's own profiles for the pin, the last used one first. Raises FileError."""
        targets = switching.targets()
        arns = switching.role_arns()
        found = {
            name: target
            for name, target in targets.items()
            if _is_for(pin, target) and arns.get(name, "") == pin.role_arn
        }
        boosts = switching.boosts(found)
        return sorted(found.values(), key=lambda each: -boosts.get(each.name, 0.0))

    def target(self, pin: Pin, switching: Switching) -> SwitchTarget:
        """Return the user's profile for the pin, or the permission set without a name.

        Raises PinMissed, FileError.
        """
        if found := self.profiles(pin, switching):
            return found[0]
        sessions = {
            name: url
            for name, url in switching.start_urls().items()
            if not pin.start_url or _same_url(pin.start_url, url)
        }
        if not pin.permission_set or len(sessions) != 1:
            raise PinMissed(f"{pin.account_id} {pin.role}")
        ((session, url),) = sessions.items()
        return SwitchTarget("", pin.account_id, pin.role, session, url, pin.region)


def pinned_export(pin: Pin, target: SwitchTarget, service: CredentialsService) -> Export:
    """Return the credentials of a target of the pin.

    Raises PinMissed if they are for another account, and what `CredentialsService.export` raises.
    """
    from rolecall.domain.credentials.credential_formats import Export

    if target.name:
        exported = service.export(target.name)
    else:
        session = service.session(target.session)
        credentials = service.of_role(session, target.account_id, target.role)
        exported = Export(credentials, session.region, "")
    if exported.credentials.account_id not in {None, pin.account_id}:
        raise PinMissed(f"{pin.account_id} {pin.role}")
    return replace(exported, region=pin.region or exported.region)


def pin_of(target: SwitchTarget, role_arn: str) -> Pin:
    """Return the pin for a profile. Raises PinMistake if it names no account and role."""
    role = "" if role_arn else target.role
    return checked(Pin(target.account_id, role, role_arn, target.region, target.start_url))


def _is_for(pin: Pin, target: SwitchTarget) -> bool:
    is_of_portal = not pin.start_url or _same_url(pin.start_url, target.start_url)
    return is_of_portal and (target.account_id, target.role) == (pin.account_id, pin.role)


def _same_url(one: str, other: str) -> bool:
    return bare_url(one) == bare_url(other)


@contextmanager
def _writing(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        from pathlib import Path

        raise FileUnwritable(Path(path), error.strerror or "") from None
