"""A command runs with many roles: a few at a time, each row ends once, and nothing hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from threading import Event

import pytest

from rolecall.aws.translate import UnreachableReason
from rolecall.demo.options import RateLimit, utc_now
from rolecall.domain.errors import CommandNotRun, NoAssignment, SignInNeeded, Unreachable
from rolecall.domain.model import Account, Assignment, PermissionSet, SsoSession
from rolecall.domain.question import current
from rolecall.services.base.rate_limit import BURST
from rolecall.services.runs.run_events import (
    Outcome,
    Result,
    RunEnded,
    RunEvent,
    RunOutput,
    RunRow,
    RunStarted,
    Stream,
)
from rolecall.services.runs.runs import Runs
from rolecall.services.services import Services
from tests.support.desk import Desk, demo, save

PYTHON = sys.executable, "-c"


def roles(desk: Desk) -> list[RunRow]:
    """A row for each role of the organisation."""
    organisation = desk.server.organisation
    return desk.services.runs.of_roles(
        (desk.session, Assignment(account, PermissionSet(name)))
        for account in organisation.accounts
        for name in organisation.permission_sets(account.id)
    )


def events_of(runs: Runs, on_event: Callable[[RunEvent], None] = lambda _: None) -> list[RunEvent]:
    """Run everything; each row ends exactly once."""
    events: list[RunEvent] = []

    def add(event: RunEvent) -> None:
        events.append(event)
        on_event(event)

    runs.run(add)
    ended = Counter(event.row for event in events if isinstance(event, RunEnded))
    assert ended == dict.fromkeys(range(len(runs.rows)), 1)
    return events


def ends(runs: Runs, on_event: Callable[[RunEvent], None] = lambda _: None) -> list[RunEnded]:
    """How each row ended, in the order of the rows."""
    events = [event for event in events_of(runs, on_event) if isinstance(event, RunEnded)]
    return sorted(events, key=lambda event: event.row)


def without_credentials(command: tuple[str, ...], rows: int = 1, jobs: int = 1) -> Runs:
    """Runs whose rows need no credentials."""
    environ = dict(os.environ)
    named = [RunRow(f"row-{number}") for number in range(rows)]
    return Runs(named, command, environ, lambda *_: environ, jobs=jobs)


def test_rows_share_the_time_in_which_aws_has_to_answer() -> None:
    environ, left = dict(os.environ), list[float]()

    def make_environment(row: RunRow, _: Event) -> dict[str, str]:
        left.append(current().seconds_left())
        if row.name == "row-2":
            current()._end = 0.0
            raise Unreachable("GetRoleCredentials", "host", UnreachableReason.TIMED_OUT)
        if row.name == "row-4":
            raise NoAssignment("1", "x")
        return environ

    rows = [RunRow(f"row-{number}") for number in range(6)]
    found = ends(Runs(rows, ("true",), environ, make_environment, jobs=1))
    assert [each.error is None for each in found] == [True, True, False, True, False, True]
    assert [each > 20 for each in left] == [True, True, True, False, True, True]


def text_of(events: list[RunEvent], row: int, stream: Stream) -> bytes:
    return b"".join(
        event.data
        for event in events
        if isinstance(event, RunOutput) and (event.row, event.stream) == (row, stream)
    )


# --- rows and credentials


def test_each_row_has_the_credentials_of_its_role(desk: Desk, audit_admin: Assignment) -> None:
    desk.sign_in()
    rows = [row for row in roles(desk) if row.account == "audit"]
    assert {row.name for row in rows} == {
        *("audit-admin", "audit/AWSReadOnlyAccess", "audit/ViewOnlyAccess")
    }
    show = "import os; print(*(os.environ.get(name) for name in ({})))"
    names = "'AWS_ACCESS_KEY_ID', 'AWS_REGION', 'ROLECALL_PROFILE', 'AWS_PROFILE'"
    runs = desk.services.runs.runs(rows, (*PYTHON, show.format(names)))
    events = events_of(runs)
    found = {
        row.name: text_of(events, number, Stream.OUT).decode().split()
        for number, row in enumerate(rows)
    }
    assert found["audit-admin"][1:] == ["eu-west-1", "audit-admin", "None"]
    assert found["audit/ViewOnlyAccess"][1:] == ["eu-west-1", "None", "None"]
    issued = [key for key, *_ in found.values()]
    assert len(set(issued)) == 3
    assert all(key.startswith("ASIA") for key in issued)


def test_each_role_is_asked_for_once_and_nothing_is_written(
    desk: Desk, audit_admin: Assignment
) -> None:
    desk.sign_in()
    save(desk, "the-same", audit_admin)
    desk.config.write_text(
        desk.config.read_text()
        + "\n[profile chained]\nrole_arn = arn:aws:iam::038410265977:role/Deploy\n"
        "source_profile = audit-admin\n"
    )
    rows = desk.services.runs.of_profiles(["audit-admin", "the-same", "audit-admin", "chained"])
    assert [row.name for row in rows] == ["audit-admin", "the-same", "chained"]
    for _ in range(2):
        assert all(end.is_success for end in ends(desk.services.runs.runs(rows, ("true",))))
    assert desk.server.calls.count("GetRoleCredentials") == 1
    assert desk.server.calls.count("AssumeRole") == 1
    assert desk.role_cache.files() == []


@demo(access_token_lifetime=600, latency=0.02)
def test_a_token_that_is_renewed_asks_for_each_role_once(
    desk: Desk, audit_admin: Assignment
) -> None:
    """A renewed token is still the same sign-in, also for rows that have begun before it."""
    desk.sign_in()
    names = [f"profile-{number}" for number in range(30)]
    for name in names:
        save(desk, name, audit_admin)
    desk.clock.forward(601)
    rows = desk.services.runs.of_profiles(names)
    assert all(end.is_success for end in ends(desk.services.runs.runs(rows, ("true",), jobs=8)))
    assert desk.server.calls.count("GetRoleCredentials") == 1


def test_roles_in_memory_end_with_the_sign_in_that_gave_them(
    desk: Desk, audit_admin: Assignment
) -> None:
    """As the credentials in the cache do, which a sign-out deletes."""
    desk.add(
        "[profile chained]\nrole_arn = arn:aws:iam::038410265977:role/Deploy\n"
        "source_profile = audit-admin\n"
    )
    runs = desk.services.runs
    rows = runs.of_profiles(["audit-admin", "chained"])

    def key_ids() -> list[str]:
        found = [runs.environment(row, Event()) for row in rows]
        return [each["AWS_ACCESS_KEY_ID"] for each in found]

    desk.sign_in()
    old = key_ids()
    assert key_ids() == old
    desk.services.tokens.sign_out(desk.session)
    for row in rows:
        with pytest.raises(SignInNeeded):
            runs.environment(row, Event())
    desk.sign_in()
    assert not set(key_ids()) & set(old)


def test_credentials_of_the_aws_cli_are_used(desk: Desk, audit: Assignment) -> None:
    desk.sign_in()
    desk.cache_role(audit)
    asked = desk.server.calls.count("GetRoleCredentials")
    rows = desk.services.runs.of_roles([(desk.session, audit)])
    assert ends(desk.services.runs.runs(rows, ("true",)))[0].is_success
    assert desk.server.calls.count("GetRoleCredentials") == asked


def test_accounts_of_one_name_make_rows_of_different_names(desk: Desk) -> None:
    role = PermissionSet("Admin")
    accounts = [Account(f"11111111111{digit}", "twin", "") for digit in range(2)]
    rows = desk.services.runs.of_roles((desk.session, Assignment(a, role)) for a in accounts)
    assert [row.name for row in rows] == [f"twin/Admin ({each.id})" for each in accounts]


def test_an_account_without_a_name_makes_a_row_with_its_id(desk: Desk) -> None:
    role = Assignment(Account("1" * 12, "", ""), PermissionSet("Admin"))
    (row,) = desk.services.runs.of_roles([(desk.session, role)])
    assert row.name == f"{'1' * 12}/Admin"


def test_rows_of_one_account_in_two_sessions_have_different_names(desk: Desk) -> None:
    other = SsoSession("other", desk.session.start_url, desk.session.region)
    role = Assignment(Account("111111111111", "twin", ""), PermissionSet("Admin"))
    rows = desk.services.runs.of_roles([(desk.session, role), (other, role)])
    name = "twin/Admin (111111111111)"
    assert [row.name for row in rows] == [f"{name} (corp)", f"{name} (other)"]


def test_the_row_of_a_profile_has_the_account_that_is_listed(
    desk: Desk, audit_admin: Assignment
) -> None:
    desk.sign_in()
    (row,) = desk.services.runs.of_profiles(["audit-admin"])
    assert (row.account, row.session) == ("", desk.session)
    desk.services.inventory.crawl(desk.session, desk.server.sign_in()).run(lambda _: None)
    (row,) = desk.services.runs.of_profiles(["audit-admin"])
    assert (row.account, row.session_label) == ("audit", "corp")
    assert (row.account_id, row.permission_set) == audit_admin.key


def test_what_is_not_done_runs_with_the_roles_of_then(desk: Desk, audit_admin: Assignment) -> None:
    desk.sign_in()
    view = Assignment(audit_admin.account, PermissionSet("ViewOnlyAccess"))
    desk.add("[profile keys]\naws_access_key_id = a\naws_secret_access_key = b")
    service = desk.services.runs
    rows = service.of_profiles(["audit-admin", "keys"]) + service.of_roles([(desk.session, view)])
    succeeds = 'test "$ROLECALL_PROFILE" = keys'
    assert [e.is_success for e in ends(service.runs(rows, ("sh", "-c", succeeds)))] == [0, 1, 0]
    left = desk.another().runs.unfinished()
    assert (left.total, left.rows) == (3, [rows[0], rows[2]])
    # The profile now has another role, and the role has another profile.
    desk.config.write_text(desk.config.read_text().replace(*audit_admin.key[1:], "ReadOnly"))
    save(desk, "other", audit_admin)
    found = desk.another().runs.unfinished().rows[0]
    assert (found.name, found.profile, found.role) == ("audit-admin", "other", rows[0].role)


@pytest.mark.thorough
@demo(
    accounts=90, clock=utc_now, latency=0.04, rate_limit=RateLimit(20, 20), limits_credentials=True
)
def test_calls_for_credentials_keep_to_the_rate_that_the_listing_shares(desk: Desk) -> None:
    desk.sign_in()
    rows = roles(desk)[:120]
    assert all(end.is_success for end in ends(desk.services.runs.runs(rows, ("true",))))
    answered = [each for each in desk.server.calls.all("GetRoleCredentials") if each.status == 200]
    assert len(answered) == 120


@demo(accounts=90)
def test_what_calls_for_credentials_use_up_is_used_up_for_the_next_rolecall(desk: Desk) -> None:
    desk.sign_in()
    now = desk.clock.monotonic()  # it stands still, so that nothing is filled up again
    first, second = (Services(desk.environ, desk.clock, lambda: now) for _ in range(2))
    rows = roles(desk)[: int(BURST)]
    assert all(end.is_success for end in ends(first.runs.runs(rows, ("true",))))
    assert second.inventory.request_rate(desk.session).take() > 0


def test_refused_rows_say_why_and_the_others_run(desk: Desk) -> None:
    desk.sign_in()
    rows = roles(desk)
    unknown = PermissionSet("NotMine")
    refused = desk.services.runs.of_roles(
        (desk.session, Assignment(account, unknown))
        for account in desk.server.organisation.accounts
    )
    mixed = [row for pair in zip(rows, refused, strict=False) for row in pair]
    found = ends(desk.services.runs.runs(mixed, ("true",)))
    for row, end in zip(mixed, found, strict=True):
        assert end.is_success == (row.permission_set != "NotMine")
        assert isinstance(end.error, NoAssignment) != end.is_success


# --- programs


def test_output_and_status_are_those_of_the_program() -> None:
    code = "import os; os.write(1, b'out\\xff'); os.write(2, b'err'); os._exit(7)"
    events = events_of(without_credentials((*PYTHON, code)))
    assert isinstance(events[0], RunStarted)
    assert text_of(events, 0, Stream.OUT) == b"out\xff"
    assert text_of(events, 0, Stream.ERR) == b"err"
    assert events[-1] == RunEnded(0, Outcome.EXITED, 7, events[-1].duration)  # type: ignore[union-attr]


def test_a_program_that_a_signal_kills_has_the_status_of_a_shell() -> None:
    code = "import os; os.kill(os.getpid(), 9)"
    assert ends(without_credentials((*PYTHON, code)))[0].status == 128 + signal.SIGKILL


@pytest.mark.parametrize("program", ["no-such-program", "", "/no/such", "/etc/passwd", "\0"])
def test_a_program_that_does_not_exist_needs_no_credentials(desk: Desk, program: str) -> None:
    desk.sign_in()
    found = ends(desk.services.runs.runs(roles(desk), (program,)))
    is_missing = program != "/etc/passwd"
    for end in found:
        assert isinstance(end.error, CommandNotRun)
        assert end.error.is_missing == is_missing
    assert desk.server.calls.count("GetRoleCredentials") == 0


def test_whether_there_is_a_program_is_known_before_the_runs(desk: Desk) -> None:
    desk.services.runs.check(("true",))
    with pytest.raises(CommandNotRun):
        desk.services.runs.check(("no-such-program",))


def test_a_program_that_asks_finds_no_input_and_no_terminal() -> None:
    code = (
        "import os, sys\n"
        "print(repr(sys.stdin.read()))\n"
        "try:\n    os.open('/dev/tty', os.O_RDWR)\n"
        "except OSError: print('no terminal')"
    )
    events = events_of(without_credentials((*PYTHON, code)))
    assert text_of(events, 0, Stream.OUT) == b"''\nno terminal\n"


def test_a_program_in_the_background_that_keeps_the_output_does_not_hang_the_row() -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])\n"
        "print(child.pid)"
    )
    events = events_of(without_credentials((*PYTHON, code)))
    assert isinstance(events[-1], RunEnded)
    assert events[-1].is_success
    os.kill(int(text_of(events, 0, Stream.OUT)), signal.SIGKILL)


def test_a_program_in_the_background_that_writes_on_does_not_hang_the_row() -> None:
    (end,) = ends(without_credentials(("sh", "-c", "yes & exit 3")))
    assert end.status == 3


def test_an_error_that_nobody_expects_comes_out_of_the_run() -> None:
    def fail(*_: object) -> dict[str, str]:
        raise ZeroDivisionError

    results: list[Result] = []

    def add(event: RunEvent) -> None:
        assert isinstance(event, RunEnded)
        results.append(event.result)

    rows = [RunRow("first"), RunRow("second")]
    with pytest.raises(ZeroDivisionError):
        Runs(rows, ("true",), os.environ, fail, jobs=1).run(add)
    assert results == [Result.FAILED, Result.NOT_STARTED]


def test_a_program_gets_the_signals_that_python_ignores() -> None:
    code = "print([l for l in open('/proc/self/status') if l.startswith('SigIgn')])"
    directly = subprocess.run([*PYTHON, code], capture_output=True, check=True).stdout
    assert text_of(events_of(without_credentials((*PYTHON, code))), 0, Stream.OUT) == directly
