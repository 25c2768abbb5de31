"""What `make bench` writes: a table of all figures, a comparison, and the times of commands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.bench import bench_commands
from tests.bench.__main__ import figures, table
from tests.bench.compare import comparison, values
from tests.bench.measure import PYTHON, RESULTS, Report, is_missed, run


def _result(report: Report) -> None:
    report.refer(PYTHON, 0.01)
    report.line("first paint", 15, "ms", 1.2, PYTHON)
    report.line("key", 3, "bytes", 8)


def _run(monkeypatch: pytest.MonkeyPatch, path: Path, *, fails: bool = False) -> int:
    def measure(report: Report) -> None:
        _result(report)
        if fails:
            raise OSError("no such thing\nand more")
        pytest.skip("sshd is missing")

    monkeypatch.setenv(RESULTS, str(path))
    with pytest.raises(SystemExit) as end:
        run(measure, "Start")
    return int(str(end.value.code))


def test_the_figures_until_a_program_is_missing_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.json"
    assert _run(monkeypatch, path) == 1  # a limit is missed
    result = json.loads(path.read_text())
    result["seconds"] = 3
    assert [(each["name"], is_missed(each)) for each in figures([result])] == [
        ("python -c pass", False),
        ("first paint", True),
        ("key", False),
    ]
    assert "not measured: sshd is missing" in table([result])


def test_a_benchmark_that_fails_keeps_its_figures_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.json"
    assert _run(monkeypatch, path, fails=True) == 1
    text = table([json.loads(path.read_text()) | {"seconds": 3}])
    (line,) = [line for line in text.splitlines() if "first paint" in line]
    assert re.search(r"15.00 ms +1.50 × +1.2 × +MISSED +python -c pass", line)
    assert "failed: OSError: no such thing\n" in text
    assert text.endswith("1 limits missed, 0.1 minutes")


def test_a_figure_whose_reference_is_missing_has_no_limit() -> None:
    report = Report("Start")
    report.line("key", 15, "ms", 1, PYTHON)
    report.line("another key", 15, "ms", 1, PYTHON)
    assert report.lacks == ["python -c pass"]
    assert report.missed == 0


def test_a_ratio_is_the_same_in_seconds_and_milliseconds() -> None:
    report = Report("Start")
    report.refer(PYTHON, 0.01)
    report.line("list", 0.03, "s", of=PYTHON)
    report.line("list", 30, "ms", of=PYTHON)
    assert [each["ratio"] for each in report.figures] == [None, 3, 3]


def test_two_commits_are_compared_by_the_figures_that_both_have(tmp_path: Path) -> None:
    for name, value in (("old", 2.0), ("new", 1.0)):
        figure = {"name": "key", "value": value, "unit": "ms", "at_most": None}
        other = {"name": f"only {name}", "value": 1, "unit": "ms", "at_most": None}
        content = {"benchmarks": [{"title": "Keys", "figures": [figure, other]}]}
        (tmp_path / name).write_text(json.dumps(content))
    text = comparison(values(tmp_path / "old"), values(tmp_path / "new"), "v1")
    assert "0.50 ×" in text
    assert "only" not in text


def test_the_page_has_a_place_for_the_times() -> None:
    text = bench_commands.PAGE.read_text(encoding="utf-8")
    updated = bench_commands.with_times(text, {"rolecall tokens": 3.4})
    assert "| `rolecall tokens` | 3 × |\n<!-- /times -->" in updated
