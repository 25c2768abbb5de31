"""What a sign-in says. Every view shows these texts, and only these."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from types import MappingProxyType
from typing import Final

from rolecall.domain.errors import (
    ApprovalLost,
    AuthorizationExpired,
    AuthorizationRejected,
    DeviceCodeExpired,
    RegistrationRejected,
    SignInDenied,
)
from rolecall.domain.errors.file_errors import LocksMissing
from rolecall.domain.records import NamedTuple
from rolecall.domain.sign_in.progress import Progress, State, Step
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import times
from rolecall.presentation.commands import BY_ID, key_of, with_keys
from rolecall.presentation.errors import ask_unlocked, explain, what_happened
from rolecall.presentation.filling import fill
from rolecall.presentation.texts import token_strings
from rolecall.presentation.translation import _, join_sentences

_AGAIN: Final = (  # after these errors, the same sign-in may succeed if it is started again
    *(ApprovalLost, AuthorizationExpired, AuthorizationRejected, DeviceCodeExpired),
    *(RegistrationRejected, SignInDenied),
)


class Tone(Enum):
    """How a sentence about the state is meant."""

    PLAIN = "plain"
    QUIET = "quiet"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


class KindTexts(NamedTuple):
    """The texts of one kind. `new` and `other` are the names of the keys for these steps.

    `way` names it among the ways that a user chooses from. `remote` is `what_to_do` if the browser
    may be on another machine. `instead` follows why it is this kind. `paste` is for what is pasted.
    """

    title: str
    needed: str  # why there has to be a sign-in, below the prompt
    starting: str
    way: str
    instead: str
    what_to_do: str
    remote: str
    waiting: str
    paste: str
    again: str  # what starts it again
    new: str
    other: str
    done: str
    command: str


class Said(NamedTuple):
    """A progress in words. `state` also says what to do after a failure."""

    title: str
    needed: str
    because: str
    what_to_do: str
    paste: str
    state: str
    tone: Tone
    wrong_region: str  # what to do if the page of the link says that the region is another one


_IN_PORTAL: Final = {
    "title": _("Sign in · {name}"),
    "needed": _("Signed out of {name}: sign in first"),
    "done": _("Signed in to {name}. The access token is valid until {end}."),
    "command": "`rolecall sign-in {name}`",
}
_IN_CONSOLE: Final = {
    # Translators: `name` is the name of a profile.
    "title": _("Console sign-in · {name}"),
    "needed": _("{name} has no valid console sign-in: sign in first"),
    # Translators: `who` is the ARN of a user or role.
    "done": _(
        "{name} uses the console credentials of {who}, for at most 12 hours. Its keys renew themselves."
    ),
    "command": "`rolecall login {name}`",
}
_IN_BROWSER: Final = {
    "starting": _("Preparing the browser sign-in…"),
    # Translators: a way to sign in, as a choice.
    "way": _("in a browser"),
    "instead": _("{sentence} The sign-in continues in the browser."),
    "what_to_do": _("Allow the sign-in in the browser of this machine. The page is at this link:"),
    "remote": _(
        "Open this link in any browser, and allow the sign-in. At the end your browser shows an address that it cannot open (127.0.0.1). Copy the whole address and paste it here."
    ),
    "waiting": _("Waiting for the browser · times out in {left}"),
    "paste": _("paste the address here"),
    "again": _("{new_code} starts it again."),
    "new": _("start again"),
    # Translators: what a key does: it signs in with a code instead of the browser here.
    "other": _("with a code"),
}
# Translators: what a key does: it signs in with the browser here instead of a code.
_WITHOUT_CODE: Final = _("without code")
_WITH_CODE: Final = {
    # Translators: a way to sign in, as a choice.
    "way": _("with a code"),
    "instead": _("{sentence} Use a code instead; it works on any device:"),
    "remote": "",
    "other": _WITHOUT_CODE,
}
# By the name of the kind. The kinds are in `services/sign_in/kinds.py`.
KINDS: Final[Mapping[str, KindTexts]] = {
    "device-code": KindTexts(
        **_IN_PORTAL,
        **_WITH_CODE,
        starting=_("Asking {host} for a code…"),
        what_to_do=_(
            "Open this link on any device, and check that it shows this code. Approve it only if you started it just now:"
        ),
        waiting=_("Waiting for your approval · the code expires in {left}"),
        paste="",
        again=_("{new_code} asks for a new code."),
        new=_("new code"),
    ),
    "browser": KindTexts(**_IN_PORTAL, **_IN_BROWSER),
    "console": KindTexts(
        **_IN_CONSOLE,
        **_WITH_CODE,
        starting=_("Preparing the link…"),
        what_to_do=_(
            "Open this link in a browser on any device, and sign in to the AWS console. Then copy the code that the page shows:"
        ),
        waiting="",  # the field for the code says it
        paste=_("paste the code here"),
        again=_("{new_code} makes a new link."),
        new=_("new link"),
    ),
    "console-browser": KindTexts(**_IN_CONSOLE, **_IN_BROWSER),
}

_ONLY_YOURS: Final = _("Approve the code only if you started the sign-in just now.")
# Translators: `port` is a number, HOST stays as it is.
_FORWARD: Final = _("With `ssh -L {port}:127.0.0.1:{port} HOST` it arrives by itself.")
_OF_STATE: Final = {
    State.CHOOSING: (_("How do you want to sign in?"), Tone.PLAIN),
    State.SENDING: (_("Sending the code…"), Tone.QUIET),
}
# Translators: `what` is a sentence about the network.
_TROUBLE: Final = _("There is no answer yet; rolecall tries again. {what}")
_TROUBLE_WITH_CODE: Final = _("The code expires in {left} · {trouble}")
# Translators: `who` and `before` are the ARNs of users or roles.
_OTHER_IDENTITY: Final = _("You signed in as {who}, but {name} is for {before}.")
_FIND_REGION: Final = _("{find_region} looks for it in the other regions.")
_CHANGE_REGION: Final = _("{find_region} changes it.")
_SIGN_IN_THERE: Final = _("{find_region} signs in there.")
# Translators: the web page of AWS says `invalid_grant`, in every language.
_NEXT_REGION: Final = _("If the page says invalid_grant, {find_region} tries {region}.")
# Translators: after `No Identity Center in us-east-1 has this start URL.`
_TRY_REGION: Final = _("{find_region} tries {region}.")
# Translators: the web page of AWS says `invalid_grant`, in every language.
_FIND_NEXT: Final = _("If the page says invalid_grant, {find_region} looks for the next region.")
# Translators: what a key does: it tries the next region in which the Identity Center may be.
_TRY_NEXT: Final = _("next region")
ENTER: Final = _("Enter")
BY_KEYS: Final[Mapping[str, str]] = MappingProxyType({})
_NO_LINK: Final = _("There is no link now.")
_NO_CODE: Final = _("There is no code now. {new_code} asks for one.")


def said(progress: Progress, instead: Mapping[str, str] = BY_KEYS) -> Said:
    """Return what the sign-in says. A step is done with its key, or with what is `instead` of it."""
    texts, name = KINDS[progress.kind], progress.name
    state, tone = _state(progress, texts)
    return Said(
        title=texts.title.format(name=name),
        needed=texts.needed.format(name=name),
        because=texts.instead.format(sentence=what_happened(progress.because))
        if progress.because
        else "",
        what_to_do=_what_to_do(progress, texts),
        paste=texts.paste,
        state=join_sentences(state, _next_step(progress, texts, instead)),
        tone=tone,
        wrong_region=_wrong_region(progress, instead),
    )


def _wrong_region(progress: Progress, instead: Mapping[str, str]) -> str:
    if not progress.can(Step.FIND_REGION) or progress.state is not State.WAITING:
        return ""
    text = _NEXT_REGION if progress.next_region else _FIND_NEXT
    return with_keys(text, region=progress.next_region, **instead)


def commands_of(progress: Progress, typed: str = "") -> dict[str, str]:
    """Return the commands for the steps that the command line has. `typed` is what names the
    session there, if its name does not.
    """
    command, facts = KINDS[progress.kind].command, {"name": typed or progress.name}
    in_region = {**facts, "region": progress.moved_to or "find"}
    return {
        Step.NEW_CODE: fill(command, facts),
        Step.FIND_REGION: fill(f"{command[:-1]} --region {{region}}`", in_region),
    }


def names_of(progress: Progress) -> dict[str, str]:
    """Return the names of the keys that differ by the kind, by the ids of their commands."""
    texts = KINDS[progress.kind]
    if progress.state is State.CHOOSING:
        return dict(zip((Step.NEW_CODE, Step.OTHER_WAY), ways_of(progress), strict=True))
    names: dict[str, str] = {Step.NEW_CODE: texts.new, Step.OTHER_WAY: texts.other}
    has_next = progress.next_region or progress.state is not State.FAILED
    return {**names, Step.FIND_REGION: _TRY_NEXT} if has_next else names


def ways_of(progress: Progress) -> tuple[str, str]:
    """Return the ways that a user chooses from, in the order of `WAYS`."""
    return KINDS[progress.kind].way, _IN_BROWSER["way"]


def keys_of(progress: Progress, *, has_qr: bool) -> list[str]:
    """Return the keys for what can be done, each with its name: `y copy link`. There is none for
    the QR code if the screen `has_qr` already.
    """
    names = names_of(progress)
    steps = [each for each in progress.steps if not (has_qr and each is Step.SHOW_QR)]
    return [f"{key_of(each)} {names.get(each, BY_ID[each].name)}" for each in steps]


def not_now(progress: Progress, step: str) -> str:
    """Return why the step is not possible now, or ""."""
    if not progress.offers(step) or progress.can(step):
        return ""
    return with_keys(_NO_CODE) if progress.offers(Step.COPY_CODE) else _NO_LINK


def _what_to_do(progress: Progress, texts: KindTexts) -> str:
    """Return what to do with the link; nothing if there is none to come."""
    if progress.state in {State.FAILED, State.CHOOSING}:
        return ""
    if progress.link.problem:  # it has a warning; what it leads to may ask for the code, too
        return _ONLY_YOURS if progress.user_code else ""
    if not progress.is_remote:
        return texts.what_to_do
    forward = _FORWARD.format(port=progress.port) if progress.port else ""
    return join_sentences(texts.remote, forward).strip()


def _state(progress: Progress, texts: KindTexts) -> tuple[str, Tone]:
    end = progress.valid_until and times.moment(progress.valid_until, datetime.now(UTC))
    facts = {"name": progress.name, "who": progress.who, "before": progress.before, "end": end}
    match progress.state:
        case State.STARTING:
            return texts.starting.format(host=progress.host), Tone.QUIET
        case State.WAITING:
            return _waiting(progress, texts)
        case State.CHOOSING | State.SENDING:
            return _OF_STATE[progress.state]
        case State.ASKING:
            missing = progress.error if isinstance(progress.error, LocksMissing) else None
            asks = ask_unlocked(missing) if missing else _OTHER_IDENTITY.format(**facts)
            return asks, Tone.WARNING
        case State.DONE:
            return texts.done.format(**facts), Tone.GOOD
        case State.FAILED:
            return _problem(progress), Tone.ERROR


def _waiting(progress: Progress, texts: KindTexts) -> tuple[str, Tone]:
    left = ""
    if progress.left is not None:
        left = times.time_left(TimeLeft(max(1, int(progress.left))))
    if progress.error is None:
        return texts.waiting.format(left=left), Tone.PLAIN
    if progress.takes_code:
        return explain(progress.error), Tone.ERROR
    trouble = _TROUBLE.format(what=explain(progress.error))
    return _TROUBLE_WITH_CODE.format(left=left, trouble=trouble), Tone.WARNING


def _problem(progress: Progress) -> str:
    error = progress.error
    assert error is not None
    return what_happened(error) if isinstance(error, _AGAIN) else explain(error)


def _next_step(progress: Progress, texts: KindTexts, instead: Mapping[str, str]) -> str:
    """Return what to do after a failure."""
    if progress.state is not State.FAILED:
        return ""
    step = ""
    if isinstance(progress.error, _AGAIN):
        step = texts.again
    elif progress.offers(Step.FIND_REGION):
        step = _region_step(progress, instead)
    step = with_keys(step, region=progress.next_region, **instead)
    return token_strings.next_try(step, progress.again_at).strip()


def _region_step(progress: Progress, instead: Mapping[str, str]) -> str:
    if progress.next_region:
        return _TRY_REGION
    if progress.moved_to:
        return _CHANGE_REGION if Step.FIND_REGION in instead else _SIGN_IN_THERE
    return _FIND_REGION
