"""The delays that `make delays` adds are there, and change nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.delays import delays

_COUNTS = """
import json, os, sys, time
slept = []
time.sleep = slept.append
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
import delays
added = sorted(set(sys.modules) - before)
delays.start()
results = {}
def count(name):
    results[name], slept[:] = len(slept), []
nowhere = os.open(os.devnull, os.O_WRONLY)
for _ in range(500): os.write(nowhere, b"")
count("imported before")
import selectors
selector = selectors.DefaultSelector()
for _ in range(500): selector.select(0)
count("imported later")
for _ in range(500): os.stat("/")
count("no place")
print(json.dumps([added, results]))
"""


def test_places_have_delays_and_nothing_else_has() -> None:
    command = [sys.executable, "-c", _COUNTS, str(Path(delays.__file__).parent)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    added, counts = json.loads(done.stdout)
    assert set(added) <= {"delays", "__future__"}
    assert counts["imported before"] > 0
    assert counts["imported later"] > 0
    assert counts["no place"] == 0


def test_a_call_with_delays_returns_and_raises_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(delays, "_sleep", slept.append)

    def call(*args: Any, **options: Any) -> Any:
        return args, options

    assert delays.delayed(call, 1)(1, two=2) == ((1,), {"two": 2})
    assert len(slept) == 2
    with pytest.raises(ZeroDivisionError):
        delays.delayed(lambda: 1 / 0, 1)()
    assert len(slept) == 4
    assert all(0 <= each <= delays.LONGEST for each in slept)
    delays.delayed(call, 0)()
    assert len(slept) == 4
