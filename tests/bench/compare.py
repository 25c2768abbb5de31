"""`make bench-compare REF=v1.0`: the figures of another commit next to those of this one.

The other commit is checked out and measured in a folder of `build`, once. Its benchmarks are its
own, so figures that only one of the two has are left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench.__main__ import OUTPUT, figures
from tests.bench.measure import ROOT
from tests.support.programs import completed


def main(ref: str) -> int:
    command = ["git", "rev-parse", "--verify", f"{ref}^{{commit}}"]
    found = completed(command, check=False, cwd=ROOT)
    if found.returncode:
        print(f"there is no commit {ref}")
        return 2
    commit = found.stdout.strip()
    tree = ROOT / "build" / f"bench-{commit[:12]}"
    if not tree.exists():
        add = ["git", "worktree", "add", "--detach", str(tree), commit]
        subprocess.run(add, cwd=ROOT, check=True)
    for folder in (tree, ROOT):
        if not (folder / OUTPUT.relative_to(ROOT)).exists():
            subprocess.run(["make", "-C", str(folder), "bench"], check=False)
    other = tree / OUTPUT.relative_to(ROOT)
    if not other.exists():
        print(f"{ref} writes no build/bench.json")
        return 1
    print(comparison(values(other), values(OUTPUT), ref))
    return 0


def values(path: Path) -> dict[tuple[str, str, str], float]:
    """Return the figures of a file by benchmark, name and unit."""
    results: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["benchmarks"]
    return {
        (result["title"], each["name"], each["unit"]): each["value"]
        for result in results
        for each in figures([result])
    }


def comparison(
    before: dict[tuple[str, str, str], float], after: dict[tuple[str, str, str], float], ref: str
) -> str:
    """Return a table of the figures that both have."""
    lines = [f"{'Figure':<62}{ref[:12]:>12}{'now':>12}  Ratio"]
    for key, old in before.items():
        if key in after:
            new = after[key]
            ratio = f"{new / old:.2f} ×" if old else ""
            lines.append(f"{key[1]:<62}{old:>12,.2f}{new:>12,.2f}  {ratio}  {key[2]}".rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
