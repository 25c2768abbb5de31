"""No test sees the home, the AWS variables or the skips of the machine it runs on."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import strategies as st

from tests.support.programs import NO_SKIP


def pytest_configure() -> None:
    """Before any test module is imported: botocore fixes its paths when it is.

    Under a file there is no folder: what a test would write without a home of its own fails.
    """
    for name in [name for name in os.environ if name.startswith(("AWS_", "XDG_", "SSH_"))]:
        del os.environ[name]
    os.environ["HOME"] = "/dev/null/nobody"
    # `nohup` and `&` would have these ignored by all that is run here.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def _known_characters() -> None:
    """In a fresh clone hypothesis takes seconds over its tables of characters, once, at the first
    text; where that is within a strategy it takes them for the strategy's own and fails the test.
    """
    st.text().validate()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With ROLECALL_NO_SKIP=1, on a machine that has everything, a skip is a failure."""
    report = yield
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing should be: {report.longrepr}"
    return report
