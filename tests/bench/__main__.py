"""`make bench`: runs every benchmark, prints all figures as one table, writes build/bench.json.

Names as arguments choose some: `make bench ARGUMENTS="commands line"`. The soak takes an hour and
runs only by its name.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.bench.measure import RESULTS

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
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
    return int(any(result["problem"] for result in results) or any(map(missed, figures(results))))


def result_of(name: str) -> dict[str, Any]:
    """Run a benchmark in a separate process, so that one that dies does not end the others."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        status = subprocess.run(
            [sys.executable, "-m", f"tests.bench.bench_{name}"],
            env={**os.environ, RESULTS: str(path)},
            cwd=ROOT,
            check=False,
        ).returncode
        if not path.exists():
            return {"title": name, "figures": [], "lacks": [], "problem": f"ended with {status}"}
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return result


def figures(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [figure for result in results for figure in result["figures"]]


def missed(figure: dict[str, Any]) -> bool:
    return figure["at_most"] is not None and figure["value"] > figure["at_most"]


def table(results: list[dict[str, Any]]) -> str:
    """Return all figures with their limits and peers, and what was not measured."""
    lines = [f"\n{'Figure':<64}{'Value':>12}  {'At most':<14}{'':<8}Peer, and the ratio to it"]
    for result in results:
        lines.append(f"\n{result['title']}")
        for each in result["figures"]:
            limit = "" if each["at_most"] is None else f"{each['at_most']:g} {each['unit']}"
            verdict = "MISSED" if missed(each) else ""
            value = f"{each['value']:,.2f} {each['unit']}"
            text = f"  {each['name']:<60}{value:>14}  {limit:<14}{verdict:<8}{each.get('peer', '')}"
            lines.append(text.rstrip())
        lines += [f"  not measured: {each}" for each in result["lacks"]]
        if result["problem"]:
            lines.append(f"  failed: {result['problem']}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
