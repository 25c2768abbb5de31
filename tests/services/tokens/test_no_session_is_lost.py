"""Whatever happens to the disk or to rolecall during a renewal, the session can be used later."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import pytest

from rolecall.domain.errors import RolecallError
from rolecall.services.services import Services
from tests.services.tokens.test_renewal import minutes_left, renewals
from tests.support import logins
from tests.support.desk import Desk
from tests.support.obstacles.full_disk import BALLAST, fill_up, small_disk
from tests.support.obstacles.kills import die_at, in_child

_CALLS = ("open", "write", "ftruncate", "fsync", "fchmod", "chmod", "posix_fallocate", "rename")


def use_token(desk: Desk, services: Services) -> bool:
    return services.sign_in.valid_token(desk.session) is not None


def use_login(_desk: Desk, services: Services) -> bool:
    return bool(services.credentials.of_profile("console"))


def token_to_renew(desk: Desk) -> None:
    minutes_left(desk, 0)


def login_to_renew(desk: Desk) -> None:
    logins.log_in(desk)
    desk.clock.forward(20 * 60)
    desk.server.calls.clear()


RENEWALS = pytest.mark.parametrize(
    ("prepare", "use"), [(token_to_renew, use_token), (login_to_renew, use_login)]
)


@contextmanager
def at_call(number: int, act: Callable[[], None]) -> Iterator[list[str]]:
    """Act before the n-th system call, and yield the calls."""
    calls: list[str] = []

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **options: Any) -> Any:
            calls.append(name)
            if len(calls) == number:
                act()
            return call(*arguments, **options)

        return wrapper

    with pytest.MonkeyPatch.context() as patch:
        for name in _CALLS:
            patch.setattr(os, name, counted(name, getattr(os, name)))
        yield calls


def fail() -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def each_call(
    desk: Desk,
    prepare: Callable[[Desk], None],
    use: Callable[[Desk, Services], bool],
    act: Callable[[], None],
    restore: Callable[[], None] = lambda: None,
) -> int:
    """Renew many times, each time with the act before a different call. Return the number of calls.
    After each, another rolecall must be able to use the session.
    """
    for number in count(1):
        prepare(desk)
        services = desk.another()
        with at_call(number, act) as calls, suppress(RolecallError):
            use(desk, services)
        restore()
        if len(calls) < number:
            return len(calls)
        assert use(desk, desk.another()), (number, calls[number - 1], renewals(desk))
    raise AssertionError


@pytest.mark.thorough
@RENEWALS
def test_a_disk_that_fills_up_at_any_call_costs_no_session(
    desk: Desk, prepare: Callable[[Desk], None], use: Callable[[Desk, Services], bool]
) -> None:
    config = desk.config.read_bytes()
    with small_disk(desk.home, "600k"):
        desk.config.parent.mkdir()
        desk.config.write_bytes(config)
        ballast = desk.home / BALLAST
        calls = each_call(
            desk,
            prepare,
            use,
            lambda: fill_up(ballast),
            lambda: ballast.unlink(missing_ok=True),
        )
        assert calls > 20


def test_a_disk_that_fills_up_while_the_user_approves_has_room_for_the_token(
    desk: Desk,
) -> None:
    config = desk.config.read_bytes()
    with small_disk(desk.home, "600k"):
        desk.config.parent.mkdir()
        desk.config.write_bytes(config)
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.approve(waiting.code.user_code)
        fill_up(desk.home / BALLAST)
        assert waiting.poll() is not None
        waiting.close()
        assert desk.services.tokens.renewal.problems == []
        assert use_token(desk, desk.another())


@pytest.mark.parametrize("is_known", [False, True])
def test_a_disk_that_fills_up_meanwhile_has_room_for_console_credentials(
    desk: Desk, is_known: bool
) -> None:
    if is_known:
        logins.log_in(desk)
    config = desk.config.read_bytes()
    with small_disk(desk.home, "600k"):
        desk.config.parent.mkdir()
        desk.config.write_bytes(config)
        service = desk.another().console_login
        attempt = service.begin("console", "eu-west-1")
        code = desk.server.log_in(attempt.link.url)
        fill_up(desk.home / BALLAST)
        session = attempt.finish(code)
        attempt.save(session)
        attempt.close()
        assert logins.cache(desk).session(session.arn) == session


@pytest.mark.thorough
@RENEWALS
def test_an_error_of_any_call_costs_no_session(
    desk: Desk, prepare: Callable[[Desk], None], use: Callable[[Desk, Services], bool]
) -> None:
    assert each_call(desk, prepare, use, fail) > 20


@pytest.mark.thorough
@RENEWALS
def test_only_a_kill_between_the_answer_and_the_write_costs_the_session(
    desk: Desk, prepare: Callable[[Desk], None], use: Callable[[Desk, Services], bool]
) -> None:
    lost: list[int] = []
    for number in count(1):
        prepare(desk)

        def renew(number: int = number) -> None:
            die_at(number, _CALLS)
            use(desk, desk.another())

        status = in_child(renew)
        with suppress(RolecallError):
            if use(desk, desk.another()):
                if status == 0:
                    break
                continue
        lost.append(number)
    assert len(lost) == 1
    assert number > 20
