"""Every error, problem and kind has a text, and the time left is shown in words."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter

from hypothesis import given
from hypothesis import strategies as st

from rolecall.aws import identity, translate
from rolecall.aws.sign_in import SignInProblem
from rolecall.domain import errors, start_url
from rolecall.domain.inventory.annotations import TomlProblem
from rolecall.domain.naming import template
from rolecall.domain.naming.names import NameProblem
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.records import fields
from rolecall.domain.switching.pin import PinProblem
from rolecall.domain.time_left import Level, TimeLeft, share
from rolecall.presentation import labels, times
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import (
    credential_strings,
    inventory_strings,
    profile_strings,
    token_strings,
)
from rolecall.presentation.texts.command_strings import COMMAND_TEXTS
from rolecall.presentation.texts.errors import error_strings
from rolecall.presentation.texts.errors.error_sentences import SENTENCES
from rolecall.services.credentials import credentials
from rolecall.services.credentials.expired_credentials import ExpiredKind
from rolecall.services.tokens.expiry import ExpiryKind, NoRenewal
from tests.support.for_each import for_each

PACKAGE = Path(__file__).resolve().parents[2] / "app" / "rolecall"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def leaves(root: type[errors.RolecallError]) -> Iterator[type[errors.RolecallError]]:
    for child in root.__subclasses__():
        if child.__subclasses__():
            yield from leaves(child)
        else:
            yield child


LEAVES = sorted(leaves(errors.RolecallError), key=lambda error: error.__name__)
PROBLEMS = {
    "LoginNeeded": "ended",
    "CodeInvalid": "truncated",
    "ClientSettingInvalid": "not-a-url",
    "PortalNotFound": "loop",
    "StartUrlInvalid": "not-https",
    "SessionNameInvalid": "spaces",
    "SignInNeeded": "revoked",
    "SessionIncomplete": "sso_region",
    "TenantInvalid": "incomplete",
    "DeviceCodeRefused": "team",
    "SessionDiffers": "credentials",
    "VerifyFailed": "other",
    "CredentialsExpired": "process",
    "TemplateInvalid": "unknown-field",
    "PinInvalid": "no-role",
    "TomlInvalid": "no-table",
    "DestinationInvalid": "similar",
    "NoCredentials": "loop",
    "RoleRefused": "denied",
    "ActionRefused": "no-tmux",
    "GrantInvalid": "misspelled",
    "PolicyInvalid": "twice",
    "PolicyTooLarge": "grants",
    "NarrowingRefused": "denied",
    "SealImpossible": "failed",
    "AskInvalid": "unreadable",
    "NotLent": "waits",
}


def an_error(error: type[errors.RolecallError]) -> errors.RolecallError:
    """Return an error of this class with invented facts."""
    facts: dict[str, object] = {field.name: f"<{field.name}>" for field in fields(error)}
    if "path" in facts:
        facts["path"] = Path("/home/kim/.aws/config")
    if "difference" in facts:
        facts["difference"] = timedelta(hours=3)
    if "problem" in facts:
        from rolecall.presentation.texts import file_strings

        tables = {"FileMalformed": file_strings.MALFORMED, "EditRefused": file_strings.REFUSED}
        table = tables.get(error.__name__)
        facts["problem"] = next(iter(table)) if table else PROBLEMS[error.__name__]
    return error(**facts)


def test_every_error_has_a_sentence_and_every_sentence_an_error() -> None:
    assert set(SENTENCES) == set(LEAVES)


def test_no_error_has_two_sentences() -> None:
    """Neither in the table nor in another one."""
    names = {each.__name__ for each in LEAVES}
    found = Counter(
        (node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None))
        or (node.value if isinstance(node, ast.Constant) else None)
        for place in ("presentation", "cli", "ui")
        for path in (PACKAGE / place).rglob("*.py")
        for table in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(table, ast.Dict)
        for node in table.keys
    )
    assert {name: count for name, count in found.items() if name in names and count > 1} == {}
    assert names <= set(found)


def test_no_two_errors_say_the_same() -> None:
    said = ({each.text, *each.problems.values()} for each in SENTENCES.values())
    sentences = Counter(text for texts in said for text in texts if _is_sentence(text))
    assert {text: count for text, count in sentences.items() if count > 1} == {}


def _is_sentence(text: str) -> bool:
    """Whether it has words, and is no end of a sentence that begins with the path of a file."""
    has_words = any(literal.strip(" :") for literal, *_ in Formatter().parse(text))
    return has_words and not text[0].islower()


def test_every_error_of_an_account_has_a_short_text_for_its_row() -> None:
    shown = {error: said.short for error, said in SENTENCES.items() if said.short}
    possible = {*leaves(errors.ServiceError), errors.SignInNeeded, errors.RegionInvalid}
    assert set(shown) == possible
    assert max(map(len, shown.values())) <= 14


@for_each("error", LEAVES)
def test_a_command_names_no_key_of_the_full_screen(error: type[errors.RolecallError]) -> None:
    said = SENTENCES[error]
    problems = {**said.problems, **said.command_problems}
    problems.pop("header", "")  # of a section that is edited in the full screen
    texts = said.command or said.text, said.advice, *problems.values()
    used = {field for text in texts for _, field, *_ in Formatter().parse(text) if field}
    facts = {"config", "credentials", *(each.name for each in fields(error))}
    assert (used & COMMAND_TEXTS.keys()) - facts == set()


@for_each("error", LEAVES)
def test_every_error_is_a_sentence_for_the_user(error: type[errors.RolecallError]) -> None:
    sentence = explain(an_error(error))
    assert "{" not in sentence
    assert sentence[0].isupper() or sentence[0] in "</~“"
    assert error.__name__ not in sentence


def test_a_quoted_control_sequence_does_not_reach_the_terminal() -> None:
    sentence = explain(errors.RegionInvalid("\x1b]0;owned\x07"))
    assert sentence.isprintable()


def test_an_unexpected_error_shows_its_name_and_not_its_message() -> None:
    assert "hunter2" not in explain(ValueError("hunter2"))


@for_each(
    ("table", "words"),
    [
        (error_strings.START_URL_PROBLEMS, {p.value for p in start_url.StartUrlProblem}),
        (profile_strings.NAME_PROBLEMS, {p.value for p in NameProblem}),
        (error_strings.SESSION_NAME_PROBLEMS, {p.value for p in NameProblem} | {"taken"}),
        (labels.PROFILE_KINDS, {kind.value for kind in ProfileKind}),
        (inventory_strings.FILE_PROBLEMS, {p.value for p in TomlProblem}),
        (error_strings.TEMPLATE_PROBLEMS, {p.value for p in template.TemplateProblem}),
        (token_strings.KINDS, {kind.value for kind in ExpiryKind}),
        (token_strings.NO_RENEWAL, {why.value for why in NoRenewal}),
        (token_strings.RENEWS_NOT, {why.value for why in NoRenewal}),
        (token_strings.KINDS_IN_FULL, {kind.value for kind in ExpiryKind}),
        (error_strings.VERIFY_PROBLEMS, {problem.value for problem in identity.VerifyProblem}),
        (error_strings.SIGN_IN_PROBLEMS, {problem.value for problem in SignInProblem}),
        (error_strings.SIGN_IN_BY_COMMAND, {problem.value for problem in SignInProblem}),
        (credential_strings.EXPIRED_PROBLEMS, {kind.value for kind in ExpiredKind}),
        (error_strings.PIN_PROBLEMS, {problem.value for problem in PinProblem}),
        (error_strings.UNREACHABLE, {each.value for each in translate.UnreachableReason}),
        (error_strings.UNEXPECTED_ANSWER, {each.value for each in translate.AnswerProblem}),
        (
            credential_strings.NO_CREDENTIALS,
            {problem.value for problem in credentials.CredentialsProblem},
        ),
    ],
)
def test_a_table_of_texts_is_complete(table: dict[str, str], words: set[str]) -> None:
    assert set(table) == words


@for_each(
    ("end", "words"),
    [
        (timedelta(days=89, hours=4), "89 days"),
        (timedelta(days=1, hours=4), "28 h 0 min"),
        (timedelta(hours=7, minutes=12, seconds=30), "7 h 12 min"),
        (timedelta(minutes=12, seconds=59), "12 min"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(minutes=4, seconds=59), "4:59"),
        (timedelta(seconds=1), "0:01"),
        (timedelta(0), "expired just now"),
        (timedelta(minutes=-3, seconds=-10), "expired 3 min ago"),
        (timedelta(hours=-30), "expired 30 h ago"),
        (timedelta(days=-3), "expired 3 days ago"),
    ],
)
def test_the_time_left_is_written_in_words(end: timedelta, words: str) -> None:
    assert times.time_left(TimeLeft.until(NOON + end, NOON)) == words


@for_each(
    ("when", "now", "words"),
    [
        ("2026-11-24 21:49", "2026-11-24 13:49", "21:49"),
        ("2026-11-25 00:28", "2026-11-24 23:49", "25 Nov 00:28"),
        ("2026-01-01 00:28", "2026-11-24 23:49", "01 Jan 00:28"),
        ("2027-01-01 00:28", "2026-12-31 23:49", "01 Jan 00:28"),
        ("2026-12-31 23:49", "2027-01-01 00:28", "31 Dec 23:49"),
        ("2026-11-24 21:49", "2027-01-01 00:28", "24 Nov 2026"),
        ("2027-02-27 21:49", "2026-11-29 21:49", "27 Feb 2027"),
    ],
)
def test_a_moment_has_its_time_unless_it_is_far_away_in_another_year(
    when: str, now: str, words: str
) -> None:
    moments = (datetime.fromisoformat(each) for each in (when, now))
    assert times.short_moment(*moments) == words


@for_each(
    ("seconds", "level"),
    [(900, Level.FINE), (899, Level.SOON), (300, Level.SOON), (299, Level.URGENT), (0, Level.GONE)],
)
def test_it_is_amber_from_15_minutes_and_red_from_5(seconds: int, level: Level) -> None:
    assert TimeLeft(seconds).level is level


def test_a_part_of_a_second_counts_as_a_second() -> None:
    assert TimeLeft.until(NOON + timedelta(milliseconds=1), NOON).seconds == 1


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_a_bar_is_between_empty_and_full(seconds: int, whole: int) -> None:
    assert 0 <= share(TimeLeft(seconds), timedelta(seconds=whole)) <= 1
