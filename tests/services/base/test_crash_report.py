"""The report of an internal error has where it happened, and nothing that could be secret."""

from __future__ import annotations

import stat
from pathlib import Path

from rolecall.domain.process import debug_log
from rolecall.services.base.crash_report import report

_SECRET = "hunter2"


class _WorkerFailed(Exception):
    """As Textual's: its cause is in `error`."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(_SECRET)
        self.error = error


def _fail() -> None:
    try:
        raise KeyError(_SECRET)
    except KeyError:
        int(_SECRET)


def _error() -> BaseException:
    try:
        try:
            _fail()
        except ValueError as error:
            raise LookupError(_SECRET) from error
    except LookupError as error:
        return _WorkerFailed(error)
    raise AssertionError


def test_the_report_has_the_types_and_places_of_all_causes(tmp_path: Path) -> None:
    path = report(_error(), {"HOME": str(tmp_path)})
    assert path == tmp_path / ".local" / "state" / "rolecall" / "crash.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first, *lines = path.read_text().splitlines()
    assert first.startswith("rolecall ")
    types = [line for line in lines if not line.startswith(" ")]
    assert types == [
        f"{__name__}._WorkerFailed",
        *("builtins.LookupError", "builtins.ValueError", "builtins.KeyError"),
    ]
    places = [line.split() for line in lines if line.startswith("  ")]
    assert [function for _, function in places] == ["_error", "_error", "_fail", "_fail"]
    assert all(place.startswith("test_crash_report.py:") for place, _ in places)
    assert _SECRET not in path.read_text()


def test_a_later_report_replaces_it(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    report(_error(), environ)
    path = report(ZeroDivisionError(), environ)
    assert path is not None
    assert path.read_text().splitlines()[1:] == ["builtins.ZeroDivisionError"]


def test_the_debug_log_has_the_type_only(tmp_path: Path) -> None:
    lines: list[str] = []
    debug_log.write_to(lines.append)
    try:
        report(_error(), {"HOME": str(tmp_path)})
    finally:
        debug_log.write_to(None)
    assert lines == ["crash _WorkerFailed"]


def test_no_error_comes_from_the_report(tmp_path: Path) -> None:
    (tmp_path / ".local").touch()
    assert report(_error(), {"HOME": str(tmp_path)}) is None
