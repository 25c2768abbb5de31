"""What a sign-in shows, whatever its kind and wherever it is shown.

A view asks for nothing else: the full screen, the picker below the prompt and the command line
show the same progress, and differ only in where they put it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from rolecall.domain.errors import BrowserUnusable, RolecallError
from rolecall.domain.link import NO_LINK, Link
from rolecall.domain.records import dataclass


class State(StrEnum):
    """How far a sign-in is."""

    STARTING = "starting"  # there is no link yet
    WAITING = "waiting"  # for the user, in a browser or with a code to paste
    SENDING = "sending"  # the code that was pasted
    ASKING = "asking"  # whether to sign in as a different identity
    FAILED = "failed"  # denied, expired or impossible: `error` says why
    DONE = "done"


class Step(StrEnum):
    """What the user can do next. The values are the ids of commands."""

    TYPE_CODE = "type_code"
    COPY_LINK = "copy_link"
    COPY_CODE = "copy_code"
    OPEN_BROWSER = "open_browser"
    SHOW_QR = "show_qr"
    OTHER_WAY = "other_way"
    FIND_REGION = "find_region"
    NEW_CODE = "new_code"


class Here(NamedTuple):
    """What this machine has for a sign-in in its browser.

    `obstacle` is why there can be none. `pages` are two HTML pages: the one shown at the end, and
    the one for any other request.
    """

    obstacle: BrowserUnusable | None
    pages: tuple[str, str]


_WITH_LINK: Final = {
    *(Step.TYPE_CODE, Step.COPY_LINK, Step.COPY_CODE, Step.OPEN_BROWSER, Step.SHOW_QR)
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign-in at one moment.

    `kind` names its texts, and `name` is the session or profile. `error` is why it has failed;
    before that, why the last try to go on had no success. `because` is why it is this kind, if the
    user wanted the other one, and `obstacle` why it cannot be the other one. `opens`: the browser
    opens, because there is a link now. `left` are the seconds until it expires, None if it does
    not. `again_at` is when it begins again by itself, `moved_to` the region that the portal has
    now. `who` is the identity that the user has signed in as, `before` the one that it would
    replace. `valid_until` is when the result expires.
    """

    kind: str
    name: str
    host: str = ""
    steps: tuple[Step, ...] = ()
    state: State = State.STARTING
    link: Link = NO_LINK
    user_code: str = ""
    opens: bool = False
    left: float | None = None
    error: RolecallError | None = None
    because: RolecallError | None = None
    obstacle: RolecallError | None = None
    again_at: datetime | None = None
    moved_to: str = ""
    who: str = ""
    before: str = ""
    valid_until: datetime | None = None

    def offers(self, step: str) -> bool:
        """Return whether the step makes sense for this sign-in at all."""
        return step in self.steps

    def can(self, step: str) -> bool:
        """Return whether the step is possible now."""
        if step == Step.OTHER_WAY and self.obstacle is not None:
            return False
        return self.offers(step) and (self.state is State.WAITING or step not in _WITH_LINK)

    @property
    def takes_code(self) -> bool:
        """Whether it ends with a code that the user pastes."""
        return Step.TYPE_CODE in self.steps

    @property
    def is_for_any_device(self) -> bool:
        """Whether the link works on another machine too, such as a phone."""
        return Step.SHOW_QR in self.steps
