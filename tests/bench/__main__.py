"""`make bench`: runs every benchmark, prints all figures as one table, writes build/bench.json.

It takes at most ten minutes on an idle machine; the table ends with the time that it took.

Names as arguments choose some: `make bench ARGUMENTS="commands line"`. The soak takes an hour and
runs only by its name.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.bench.measure import RESULTS, ROOT, Figure, is_missed, shown

HERE: Final = Path(__file__).resolve().parent
OUTPUT: Final = ROOT / "build" / "bench.json"
LONG: Final = {"soak"}


def main(names: list[str]) -> int:
    """Run the benchmarks with these names, or all. Returns 1 if one failed or missed a limit."""
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if unknown := set(names) - set(known):
        print(f"no such benchmark: {' '.join(sorted(unknown))}; there are {' '.join(known)}")
        return 2
    results = [result_of(name) for name in names or [each for each in known if each not in LONG]]
    OUTPUT.parent.mkdir(exist_ok=True)
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    content = {"commit": commit, "benchmarks": results}
    OUTPUT.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(results))
    has_problem = any(result["problem"] for result in results)
    return int(has_problem or any(map(is_missed, figures(results))))


def result_of(name: str) -> dict[str, Any]:
    """Run a benchmark in a separate process, so that one that dies does not end the others."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        start = time.monotonic()
        status = subprocess.run(
            [sys.executable, "-m", f"tests.bench.bench_{name}"],
            env={**os.environ, RESULTS: str(path)},
            cwd=ROOT,
            check=False,
        ).returncode
        result: dict[str, Any] = {"title": name, "figures": [], "lacks": []}
        result["problem"] = f"ended with {status}"
        if path.exists():
            result = json.loads(path.read_text(encoding="utf-8"))
        return result | {"seconds": time.monotonic() - start}


def figures(results: list[dict[str, Any]]) -> list[Figure]:
    return [figure for result in results for figure in result["figures"]]


def table(results: list[dict[str, Any]]) -> str:
    """Return all figures with their ratios and limits, and what was not measured."""
    lines = [f"\n{'Figure':<62}{'Value':>16}{'Ratio':>11}  {'Limit':<18} Multiple of"]
    for result in results:
        lines.append(f"\n{result['title']}, {result['seconds']:.0f} s")
        lines += map(shown, result["figures"])
        lines += [f"  not measured: {each}" for each in result["lacks"]]
        if result["problem"]:
            lines.append(f"  failed: {result['problem']}")
    minutes = sum(result["seconds"] for result in results) / 60
    count = sum(map(is_missed, figures(results)))
    lines.append(f"\n{count} limits missed, {minutes:.1f} minutes")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
