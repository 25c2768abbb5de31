"""What a command says about its calls to AWS: that one is slow, and that the clock is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from rolecall.cli.support.output import echo_notice
from rolecall.presentation.texts import program_strings
from rolecall.services.base import call_reports


def report() -> Callable[[], None]:
    """Say it from now on. Return what ends that."""
    call_reports.report_slow_calls(_echo_slow)
    call_reports.report_clock_skew(_echo_skew)
    return call_reports.end_reports


def _echo_slow(operation: str, host: str, is_throttled: bool) -> None:
    echo_notice(program_strings.still_waiting(operation, host, is_throttled))


def _echo_skew(difference: timedelta) -> None:
    from rolecall.presentation import times

    echo_notice(times.clock_skew(difference))
