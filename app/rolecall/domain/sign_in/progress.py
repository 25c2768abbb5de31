"""What a sign-in shows, whatever its kind and wherever it is shown.

A view asks for nothing else: the full screen, the picker below the prompt and the command line
show the same progress, and differ only in where they put it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from rolecall.domain.errors import RolecallError
from rolecall.domain.link import NO_LINK, Link
from rolecall.domain.records import NamedTuple, dataclass


class State(StrEnum):
    """How far a sign-in is."""

    CHOOSING = "choosing"  # which way: `NEW_CODE` or `OTHER_WAY`
    STARTING = "starting"  # there is no link yet
    WAITING = "waiting"  # for the user, in a browser or with something to paste
    SENDING = "sending"  # what was pasted
    ASKING = "asking"  # whether to sign in as a different identity, or to write without a lock
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


WAYS: Final = ("1", "2")  # what is typed to choose one: with a code, in a browser


class Here(NamedTuple):
    """What this machine has for a sign-in in a browser.

    `pages` are two HTML pages: the one shown at the end, and the one for any other request.
    `opens`: a browser can be opened from here. `is_remote`: it may be on another machine, where it
    cannot come back to this one by itself. `port` is the one to listen on; 0 is any.
    """

    pages: tuple[str, str]
    opens: bool = True
    is_remote: bool = False
    port: int = 0


_WITH_LINK: Final = {
    *(Step.TYPE_CODE, Step.COPY_LINK, Step.COPY_CODE, Step.OPEN_BROWSER, Step.SHOW_QR)
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign-in at one moment.

    `kind` names its texts, and `name` is the session or profile. `error` is why it has failed;
    before that, why the last attempt to continue failed. `because` is why it is this kind, if the
    user wanted the other one. `opens`: the browser opens, because there is a link now. `is_remote`:
    the browser may be on another machine, and `port` is one that the user may have forwarded from
    there. `left` are the seconds until it expires, None if it does not. `again_at` is when it
    begins again by itself, `moved_to` the region that the portal has now. `next_region` is the
    region to try if the page of the link says `invalid_grant`. `who` is the identity that the user
    has signed in as, `before` the one that it would replace. `valid_until` is when the result
    expires.
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
    is_remote: bool = False
    port: int = 0
    again_at: datetime | None = None
    moved_to: str = ""
    next_region: str = ""
    who: str = ""
    before: str = ""
    valid_until: datetime | None = None

    def offers(self, step: str) -> bool:
        """Return whether the step makes sense for this sign-in at all."""
        return step in self.steps

    def can(self, step: str) -> bool:
        """Return whether the step is possible now."""
        return self.offers(step) and (self.state is State.WAITING or step not in _WITH_LINK)

    @property
    def takes_code(self) -> bool:
        """Whether it ends with something that the user pastes, or can."""
        return Step.TYPE_CODE in self.steps
