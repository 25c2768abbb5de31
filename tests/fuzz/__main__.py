"""`make fuzz`: search each target for some seconds, and keep what was found."""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzz.search import save, search
from tests.fuzz.targets import TARGETS


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", help=", ".join(each.name for each in TARGETS))
    parser.add_argument("--seconds", type=float, default=20, help="for each target; 20 if not set")
    parser.add_argument("--seed", type=int, default=time.time_ns(), help="repeats a search")
    options = parser.parse_args()
    if unknown := set(options.targets) - {each.name for each in TARGETS}:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    finds = 0
    for target in TARGETS:
        if options.targets and target.name not in options.targets:
            continue
        result = search(target, options.seconds, options.seed)
        print(f"{target.name:20} {result.inputs:7} inputs  {result.note}", flush=True)
        if result.find is not None:
            finds += 1
            print(f"  {save(target, result.find, result.note)}: {result.find!r:.200}", flush=True)
    print(f"seed {options.seed}")
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
