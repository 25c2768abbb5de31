"""Search one target with hypothesis until its time is over; write and read finds."""

from __future__ import annotations

import ast
import hashlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.targets import Target

FINDS: Final = Path(__file__).parent / "finds"
_BATCH: Final = 500  # inputs of one hypothesis run; each run starts from another seed


@dataclass
class Result:
    """`find` is the smallest input that breaks the rule, if any; `note` says how."""

    inputs: int = 0
    find: tuple[Any, ...] | None = None
    note: str = ""


def search(target: Target, seconds: float, first_seed: int, most: int = sys.maxsize) -> Result:
    """Search until an input breaks the rule, for this many seconds and `most` inputs."""
    end = time.monotonic() + seconds
    result = Result()

    def is_over() -> bool:
        return time.monotonic() >= end or result.inputs >= most

    def check(given_input: tuple[Any, ...]) -> None:
        if result.find is None and is_over():
            return
        result.inputs += 1
        try:
            target.check(*given_input)
        except pytest.skip.Exception:
            raise
        except BaseException:
            result.find = given_input  # hypothesis ends with the smallest one
            raise

    run = given(target.inputs)(check)
    run = settings(
        max_examples=_BATCH,
        deadline=None,
        derandomize=False,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )(run)
    number = 0
    while not is_over():
        try:
            seed(first_seed + number)(run)()
        except pytest.skip.Exception as skipped:
            result.note = f"skipped: {skipped}"
            break
        except Exception as error:
            result.note = f"{type(error).__name__}: {error}".partition("\n")[0][:150]
            break
        number += 1
    return result


def save(target: Target, find: tuple[Any, ...], note: str) -> Path:
    """Write a find, so that `make test` replays it. Return the path of the file."""
    text = f"# {note}\n{find!r}\n"
    name = hashlib.sha1(repr(find).encode(), usedforsecurity=False).hexdigest()[:12]
    path = FINDS / target.name / f"{name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
    return path


def finds(target: Target) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the name and the input of each find."""
    for path in sorted((FINDS / target.name).glob("*.txt")):
        found: tuple[Any, ...] = ast.literal_eval(path.read_text(encoding="utf-8"))
        yield path.stem, found
