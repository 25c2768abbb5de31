"""Switch a shell to a profile: print statements to stdout, and messages to stderr.

The shell evaluates stdout, so it must have only statements.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from rolecall.cli.support.confirm import is_terminal, may_use
from rolecall.cli.support.errors import CANCELLED, config_file, echo_error
from rolecall.cli.support.output import RED, coloured, echo, in_words, write, write_value
from rolecall.cli.support.settings import say_why, use_plain
from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.pin_errors import PinMissed
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.records import NamedTuple
from rolecall.domain.shells import Shell
from rolecall.domain.shells.record import CannotQuote
from rolecall.domain.switching.variables import REGIONS, Switch, SwitchTarget
from rolecall.domain.text import safe
from rolecall.domain.time_left import is_signed_in
from rolecall.presentation.filling import fill
from rolecall.presentation.texts import switch_strings as words
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.switching.switching import Switching

if TYPE_CHECKING:
    from rolecall.domain.switching.pin import Pin
    from rolecall.services.switching.profile_matching import Matches, TargetRoles

FAILED: Final = 1
UNSUPPORTED: Final = 2
_MOST_LISTED: Final = 10


class SwitchRequest(NamedTuple):
    """The arguments of `rolecall switch`.

    `previous` is the previous profile as the shell has kept it. `words` are a name, a query or `-`.
    `yes`: a production profile is used without a question. The log has the `reason`.
    """

    shell: Shell
    previous: str = ""
    words: tuple[str, ...] = ()
    clear: bool = False
    region: str | None = None
    full_screen: bool = False
    yes: bool = False
    reason: str = ""


def switch(request: SwitchRequest) -> int:
    """Switch, and return the exit status."""
    try:
        return _Switcher(request, os.environ).run()
    except Exception as error:
        echo_error(error)
        return FAILED


class _Switcher:
    def __init__(self, request: SwitchRequest, environ: Mapping[str, str]) -> None:
        self._request = request
        self._environ = environ
        self._switching = Switching(environ)
        self._log = HandOuts(environ)

    def run(self) -> int:
        request = self._request
        if request.clear:
            return self._print_switch(None)
        if request.full_screen:
            from rolecall.cli.full_screen import full_screen

            return full_screen(on_exit=self._use_chosen)
        query = " ".join(request.words)
        if query == "-":
            return self._switch_back()
        if query == ".":
            return self._switch_to_pin()
        if query and (target := self._switching.target(query)):
            return self._sign_in_and_switch(target)
        return self._search(query, self._switching.targets())

    def _use_chosen(self, name: str | None) -> int:
        """Switch to the profile that was chosen in the full screen, if any."""
        return 0 if name is None else self._print_switch(self._switching.read_again(name))

    def _switch_back(self) -> int:
        previous = self._request.shell.record.history.previous(self._request.previous)
        if not previous:
            return _fail(words.NO_PREVIOUS)
        target = self._switching.target(previous)
        if target is None:
            return _fail(words.GONE.format(name=safe(previous), path=config_file()))
        return self._sign_in_and_switch(target)

    def _switch_to_pin(self) -> int:
        """Switch to the user's own profile for the account of the directory, or save one."""
        from rolecall.services.switching.pins import Pins

        pins = Pins(self._environ)
        pin = pins.trusted()
        found = pins.profiles(pin, self._switching)
        target = found[0] if found else self._save_pinned(pin)
        if target is None:
            return CANCELLED
        used = {self._environ.get(name) or target.region for name in REGIONS}
        if pin.region and self._request.region is None and used != {pin.region}:
            self._request = self._request._replace(region=pin.region)
        return self._sign_in_and_switch(target, is_pinned=True)

    def _save_pinned(self, pin: Pin) -> SwitchTarget | None:
        """Offer to save the pinned permission set; None if the answer is no. Raises PinMissed."""
        from click.exceptions import Exit

        from rolecall.cli.support.write import Streams, Writing, write_change
        from rolecall.presentation.differences import difference
        from rolecall.services.services import Services

        services = Services(self._environ)
        role = services.unsaved_roles.of_pin(pin)
        if role is None or not is_terminal():
            raise PinMissed(f"{pin.account_id} {pin.role}")
        target, change = services.unsaved_roles.plan(role)
        account = f"{role.assignment.account.name} {pin.account_id}".strip()
        name = safe(target.name)
        writing = Writing(
            partial(services.profiles.commit, change),
            difference(change),
            question=words.SAVE_PINNED.format(account=account, role=pin.role, name=name),
            done=words.SAVED.format(name=name, path=config_file()),
            goes_to=Streams.MESSAGES,
        )
        try:
            write_change(writing)
        except Exit:
            return None
        return self._switching.read_again(target.name)

    def _search(self, query: str, targets: Mapping[str, SwitchTarget]) -> int:
        """Switch to the best match, or open the picker if no match is clearly the best."""
        if query:
            from rolecall.services.switching.profile_matching import TargetRoles, best_matches

            roles = TargetRoles.read(self._switching)
            best = best_matches(targets, roles, query)
            only = best.targets[0] if len(best.targets) == 1 and not best.guessed else None
            if only and (is_terminal() or not self._switching.is_production(only)):
                return self._sign_in_and_switch(only)
            if not is_terminal() or not (best.targets or self._has_unsaved(query, roles)):
                return self._print_matches(query, best)
        if is_terminal() and use_plain():
            from rolecall.cli.plain.switch import profile_found

            found = profile_found(self._switching, targets, query)
            return CANCELLED if found is None else self._sign_in_and_switch(found)
        from rolecall.ui.picker.run import pick, unsupported

        if reason := unsupported():
            return _fail(reason, UNSUPPORTED)
        say_why(self._switching.paths.settings, self._switching.settings.production_problem)
        picked = pick(self._switching, targets, query)
        if picked is None:
            return CANCELLED
        if picked.saved:
            echo(words.SAVED.format(name=safe(picked.target.name), path=config_file()), err=True)
        target = picked.target
        return self._print_switch(self._after_sign_in(target) if picked.signed_in else target)

    def _has_unsaved(self, query: str, roles: TargetRoles) -> bool:
        """Return whether a permission set without a profile matches in the picker."""
        from rolecall.services.inventory.unsaved_roles import target_of
        from rolecall.services.services import Services
        from rolecall.services.switching.profile_matching import any_shown

        unsaved = Services(self._environ).unsaved_roles.find()
        return any_shown(map(target_of, unsaved), roles, query)

    def _print_matches(self, query: str, best: Matches) -> int:
        """Say what matches the query: there is no terminal for the picker, or nothing to show."""
        names = [target.name for target in best.targets]
        if not names or best.guessed:
            from rolecall.domain.text.closest_match import closest_match

            near = closest_match(query, self._switching.targets()) or next(iter(names), "")
            hint = words.DID_YOU_MEAN.format(near=safe(near)) if near else words.SHOWS_ALL
            return _fail(f"{words.NO_SUCH_PROFILE.format(query=safe(query))} {hint}")
        if len(names) == 1:
            return _fail(words.NEEDS_WHOLE_NAME.format(name=safe(names[0])))
        echo(words.SEVERAL.format(query=safe(query)), err=True)
        for name in names[:_MOST_LISTED]:
            echo(f"  {safe(name)}", err=True)
        if len(names) > _MOST_LISTED:
            echo(words.MORE.format(count=len(names) - _MOST_LISTED), err=True)
        return FAILED

    def _sign_in_and_switch(self, target: SwitchTarget, *, is_pinned: bool = False) -> int:
        """Switch to the profile. A terminal asks about production, and signs in if signed out."""
        yes = self._request.yes
        if not may_use(self._switching, target, yes=yes, is_pinned=is_pinned):
            return CANCELLED
        token = self._switching.token(target)
        if target.can_sign_in and not is_signed_in(token, datetime.now(UTC)) and is_terminal():
            if not self._has_signed_in(target):
                return CANCELLED
            target = self._after_sign_in(target)
        return self._print_switch(target)

    def _has_signed_in(self, target: SwitchTarget) -> bool:
        """Sign in, if the terminal can show it. Returns whether the switch continues."""
        if use_plain():
            from rolecall.cli.plain import switch as plain

            plain.sign_in(target)
            return True
        from rolecall.ui.picker.run import sign_in, unsupported

        return bool(unsupported()) or sign_in(self._switching, target) is not None

    def _after_sign_in(self, target: SwitchTarget) -> SwitchTarget:
        """Return the target again: a sign-in with console credentials may have given the profile
        another identity. Another one may have found the session in another region.
        """
        if target.login:
            return self._switching.read_again(target.name)
        from rolecall.cli.sign_in.sign_in import write_region
        from rolecall.services.services import Services
        from rolecall.services.switching.profile_sign_in import session_of

        try:
            services = Services(self._environ)
            write_region(services, session_of(services.sign_in, target))
        except RolecallError as error:
            echo_error(error)  # the user is signed in nevertheless
        return target

    def _print_switch(self, target: SwitchTarget | None) -> int:
        name = target.name if target else None
        plan = Switch.plan(name, self._environ, self._request.region)
        shell = self._request.shell
        try:
            statements = plan.statements(shell)
        except CannotQuote:
            return _fail(words.NOT_FOR_SHELL.format(name=safe(name or ""), shell=shell.value))
        write_value(f"{statements}\n")
        if target is None:
            echo(words.CLEARED, err=True)
        else:
            self._print_identity(target)
            self._switching.note_use(target)
            self._log.note(HandOutKind.USE, target, reason=self._request.reason)
        if plan.overruling:
            names = ", ".join(plan.overruling)
            echo(words.UNSET(len(plan.overruling), names=names), err=True)
        self._print_region(plan, target)
        return 0

    def _print_identity(self, target: SwitchTarget) -> None:
        status = self._switching.status(target)
        now = datetime.now(UTC)
        account = safe(f"{status.account_name} {target.account_id}".strip())
        is_production = self._switching.is_production(target)
        login = target.login and self._switching.logins().get(target.login, target.name)
        line = words.switch_line(
            (safe(target.name), account, safe(target.role)),
            status.token,
            now,
            safe(login or target.session),
            production=is_production,
            is_login=bool(target.login),
        )
        line = in_words(safe(line))
        if is_production:
            line = coloured(line, RED, err=True)
        write(f"{line}\n", err=True)
        if is_signed_in(status.token, now):
            return
        if login:
            echo(fill(words.HOW_TO_LOG_IN, {"profile": safe(login)}), err=True)
        elif target.session:
            how = words.HOW_TO_SIGN_IN if target.start_url else words.NO_SUCH_SESSION
            facts = {"session": safe(target.session)}
            if not target.start_url:
                facts["path"] = config_file()
            echo(fill(how, facts), err=True)

    def _print_region(self, plan: Switch, target: SwitchTarget | None) -> None:
        if plan.region is not None:
            facts = {"variables": words.listed(REGIONS), "region": safe(plan.region)}
            echo(words.REGION_SET.format(**facts), err=True)
            return
        if plan.regions_unset:
            echo(words.REGION_UNSET.format(variables=words.listed(plan.regions_unset)), err=True)
        for variable in REGIONS:
            region = self._environ.get(variable)
            if target and region and region != target.region:
                echo(words.REGION_STAYS.format(variable=variable, region=safe(region)), err=True)


def _fail(text: str, status: int = FAILED) -> int:
    echo(text, err=True)
    return status
