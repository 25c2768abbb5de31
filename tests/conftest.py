"""Hides the home, the variables and the ignored signals of the machine from all tests."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from rolecall.domain import question
from rolecall.services.base import retry
from tests.support.programs import NO_SKIP

_MANY_FILES = 300  # select(2) takes those below 1024
_MOST_WORKERS = 12  # unless there are more cores: each takes 200 MB

# Here a test starts programs or the full screen. Those that are not marked `quick` are `thorough`.
_THOROUGH: Final = tuple(
    f"tests/{folder}/"
    for folder in (
        *("canaries", "cli", "delays", "end_to_end", "faults", "hostile", "mutants"),
        *("ui/app", "ui/picker", "ui/screens"),
    )
)
QUICK: Final = "not thorough"  # the tests of `make test`, with few examples of each property

# How long an example takes says something about the machine, and nothing about rolecall. The
# examples are the same in every run: `make fuzz` searches for new ones.
settings.register_profile(
    "any-machine",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("few", settings.get_profile("any-machine"), max_examples=20)
settings.load_profile("any-machine")


@pytest.hookimpl(optionalhook=True)  # `make mutants` runs without pytest-xdist
def pytest_xdist_auto_num_workers() -> int | None:
    """Return how many processes run the tests, which wait half of the time for other processes."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    cores = len(os.sched_getaffinity(0))
    return max(cores, min(2 * cores, _MOST_WORKERS))


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment before test modules are imported, because botocore then reads it.

    HOME is below a file, so that a test fails if it writes to a home that it did not create.
    """
    for name in [name for name in os.environ if name.startswith(("AWS_", "XDG_", "SSH_"))]:
        del os.environ[name]
    os.environ["HOME"] = "/dev/null/nobody"
    if config.getoption("markexpr") == QUICK:
        settings.load_profile("few")
    # `nohup` and `&` ignore these signals, and programs that tests start would inherit that.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import, for the quick tests, a file that has none."""
    path = collection_path.relative_to(config.rootpath).as_posix()
    if config.getoption("markexpr") != QUICK or not path.startswith(_THOROUGH):
        return None
    has_none = path.endswith(".py") and "pytest.mark.quick" not in collection_path.read_text()
    return has_none or None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Pause the garbage collector: what is imported stays, and searching it takes a second."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(tryfirst=True)  # before tests are selected by their markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `thorough` what starts programs or the full screen and is not marked `quick`."""
    for item in items:
        is_slow = item.nodeid.startswith(_THOROUGH)
        if is_slow and item.get_closest_marker("quick") is None:
            item.add_marker("thorough")


@pytest.fixture(scope="session", autouse=True)
def _character_tables() -> None:
    """Let hypothesis build its tables of characters before the first test.

    In a fresh clone that takes seconds. Inside a test hypothesis would mistake them for a slow
    strategy and fail the test.
    """
    st.text().validate()


@pytest.fixture
def no_collection() -> Generator[None]:
    """Do not collect garbage. A finalizer fails if it runs where a recursion is at its limit."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _no_command_goes_on() -> Generator[None]:
    """Fail a test that leaves a command behind: its 30 seconds would end in another test."""
    assert question._command is None
    yield
    left, question._command = question._command, None
    assert left is None


@pytest.fixture(autouse=True)
def _close_what_closed_apps_have_open() -> Generator[None]:
    """Collect the garbage of apps. They freeze it for their speed, and it keeps files open."""
    yield
    if sum(1 for _ in Path("/proc/self/fd").iterdir()) > _MANY_FILES:
        gc.unfreeze()
        gc.collect()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn skips into failures with ROLECALL_NO_SKIP=1, on a machine that has everything."""
    report = yield
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped with ROLECALL_NO_SKIP=1: {report.longrepr}"
    return report


@pytest.fixture
def has_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine have a browser, which does nothing."""
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BROWSER", "/bin/true")
    monkeypatch.setenv("DISPLAY", ":0")


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat a call almost at once."""
    monkeypatch.setattr(retry, "PAUSES", (0.01, 0.01))
