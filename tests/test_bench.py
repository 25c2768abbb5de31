"""What `make bench` writes: a table of all figures, a comparison, and the times of commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import bench_commands
from tests.bench.__main__ import figures, missed, table
from tests.bench.compare import comparison, values
from tests.bench.measure import RESULTS, Report, run


def _result(report: Report) -> None:
    report.line("first paint", 1.5, "×", 1.2)
    report.line("key", 3, "ms", 8)


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
    assert [(each["name"], missed(each)) for each in figures([result])] == [
        ("first paint", True),
        ("key", False),
    ]
    assert "not measured: sshd is missing" in table([result])


def test_a_benchmark_that_fails_keeps_its_figures_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.json"
    assert _run(monkeypatch, path, fails=True) == 1
    text = table([json.loads(path.read_text())])
    assert "1.50 ×" in text
    assert text.endswith("failed: OSError: no such thing")


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
