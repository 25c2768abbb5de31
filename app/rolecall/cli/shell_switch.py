"""Switching a shell: what was asked for becomes statements on stdout, and words on stderr.

The shell evaluates what stands on stdout, so nothing else may ever stand there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from rolecall.cli.support.stderr import config_file, say, say_error
from rolecall.domain.shells import CannotQuote, Shell
from rolecall.domain.switching import REGIONS, Switch, SwitchTarget, previous_of
from rolecall.domain.text import safe
from rolecall.presentation import switch_strings as words
from rolecall.services.switching import Switching, is_signed_in

if TYPE_CHECKING:
    from rolecall.services.profile_matching import Matches

FAILED: Final = 1
UNFIT: Final = 2
NOTHING_CHOSEN: Final = 130  # as fzf has it, and a shell after Ctrl+C
_MOST_TOLD: Final = 10


class Request(NamedTuple):
    """`previous` is what the shell has kept of the profile before the one it has; `words` a name, a
    query or `-`.
    """

    shell: Shell
    previous: str = ""
    words: tuple[str, ...] = ()
    clear: bool = False
    region: str | None = None
    full_screen: bool = False


def switch(request: Request) -> int:
    """Does it; the exit status."""
    try:
        return _Switcher(request, os.environ).run()
    except CannotQuote:
        query = safe(" ".join(request.words) or request.previous)
        shell = request.shell.value
        return _refuse(words.NOT_FOR_SHELL.format(name=query, shell=shell))
    except Exception as error:
        say_error(error)
        return FAILED


class _Switcher:
    def __init__(self, request: Request, environ: Mapping[str, str]) -> None:
        self._request = request
        self._environ = environ
        self._switching = Switching(environ)

    def run(self) -> int:
        request = self._request
        if request.clear:
            return self._hand_over(None)
        if request.full_screen:
            from rolecall.cli.full_screen import full_screen

            return full_screen(deliver=self._take)
        query = " ".join(request.words)
        if query == "-":
            return self._go_back()
        if query and (target := self._switching.target(query)):
            return self._go_in(target)
        return self._look_for(query, self._switching.targets())

    def _take(self, name: str | None) -> int:
        """What the full screen was left with; nothing chosen is nothing wrong."""
        return 0 if name is None else self._hand_over(self._switching.read_again(name))

    def _go_back(self) -> int:
        previous = previous_of(self._request.shell, self._request.previous)
        if not previous:
            return _refuse(words.NO_PREVIOUS)
        target = self._switching.target(previous)
        if target is None:
            return _refuse(words.GONE.format(name=safe(previous), path=config_file()))
        return self._go_in(target)

    def _look_for(self, query: str, targets: Mapping[str, SwitchTarget]) -> int:
        """The best match; the picker where there is none that is best, or it is a guess."""
        if query:
            from rolecall.services.profile_matching import best_matches

            best = best_matches(targets, self._switching.account_names(), query)
            alone = best.targets[0] if len(best.targets) == 1 and not best.guessed else None
            if alone and not self._is_production(alone):
                return self._go_in(alone)
            if not _is_terminal():
                return self._tell(query, best)
        from rolecall.ui.picker.pick import pick, unsupported

        if reason := unsupported():
            return _refuse(reason, UNFIT)
        picked = pick(self._switching, targets, query)
        if picked is None:
            return NOTHING_CHOSEN
        if picked.saved:
            say(words.SAVED.format(name=safe(picked.target.name), path=config_file()))
        return self._hand_over(picked.target)

    def _tell(self, query: str, best: Matches) -> int:
        """There is nobody who could be asked."""
        names = [target.name for target in best.targets]
        if not names or best.guessed:
            from rolecall.domain.closest_match import closest_match

            near = closest_match(query, self._switching.targets()) or next(iter(names), "")
            more = words.DID_YOU_MEAN.format(near=safe(near)) if near else words.SHOWS_ALL
            return _refuse(f"{words.NO_SUCH_PROFILE.format(query=safe(query))} {more}")
        if len(names) == 1:
            return _refuse(words.NEEDS_WHOLE_NAME.format(name=safe(names[0])))
        say(words.SEVERAL.format(query=safe(query)))
        for name in names[:_MOST_TOLD]:
            say(f"  {safe(name)}")
        if len(names) > _MOST_TOLD:
            say(words.MORE.format(count=len(names) - _MOST_TOLD))
        return FAILED

    def _go_in(self, target: SwitchTarget) -> int:
        """Signs in first, where nobody is signed in and somebody is there to do it."""
        token = self._switching.token(target)
        if target.start_url and not is_signed_in(token, datetime.now(UTC)) and _is_terminal():
            from rolecall.ui.picker.pick import sign_in, unsupported

            if not unsupported() and sign_in(self._switching, target) is None:
                return NOTHING_CHOSEN
        return self._hand_over(target)

    def _hand_over(self, target: SwitchTarget | None) -> int:
        name = target.name if target else None
        plan = Switch.plan(name, self._environ, self._request.region)
        statements = plan.statements(self._request.shell)
        sys.stdout.buffer.write(f"{statements}\n".encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
        if target is None:
            say(words.CLEARED)
        else:
            self._say_who(target)
            self._switching.note_use(target)
        if plan.overruling:
            say(words.unset(plan.overruling))
        self._say_region(plan, target)
        return 0

    def _say_who(self, target: SwitchTarget) -> None:
        standing = self._switching.status(target)
        now = datetime.now(UTC)
        account = safe(f"{standing.account_name} {target.account_id}".strip())
        is_production = self._switching.is_production(target.name, standing.account_name)
        line = words.switch_line(
            (safe(target.name), account, safe(target.role)),
            standing.token,
            now,
            safe(target.session),
            production=is_production,
        )
        say(words.in_red(line) if is_production and _has_colours(self._environ) else line)
        if target.session and not is_signed_in(standing.token, now):
            how = words.HOW_TO_SIGN_IN if target.start_url else words.NO_SUCH_SESSION
            say(how.format(session=safe(target.session), path=config_file()))

    def _say_region(self, plan: Switch, target: SwitchTarget | None) -> None:
        if plan.region is not None:
            say(words.REGION_SET.format(variables=" and ".join(REGIONS), region=safe(plan.region)))
            return
        if plan.regions_unset:
            say(words.REGION_UNSET.format(variables=" and ".join(plan.regions_unset)))
        for variable in REGIONS:
            region = self._environ.get(variable)
            if target and region and region != target.region:
                say(words.REGION_STAYS.format(variable=variable, region=safe(region)))

    def _is_production(self, target: SwitchTarget) -> bool:
        name = self._switching.status(target).account_name
        return self._switching.is_production(target.name, name)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _has_colours(environ: Mapping[str, str]) -> bool:
    return sys.stderr.isatty() and not environ.get("NO_COLOR")


def _refuse(text: str, status: int = FAILED) -> int:
    say(text)
    return status
