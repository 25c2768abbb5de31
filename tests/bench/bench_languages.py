"""What a language costs at the start: nothing in English, and half a bare Python in another one.

In seconds of the processor, and the least of several runs, because the difference is small.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import PYTHON_CPU, Report, cpu_times, python, run
from tests.support import texts

ROUNDS = 25
JAPANESE = 0.5  # at most, in multiples of Python
ENGLISH = 0.05  # the same, to find the language in the settings
_TEXTS = """
import os, re, time
start = time.process_time()
import rolecall.presentation.texts.errors.error_strings
print(time.process_time() - start)
"""


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        locale = Path(folder, "locale")
        texts.compile_to(locale)
        settings = Path(folder, "config", "rolecall", "settings.toml")
        settings.parent.mkdir(parents=True)
        settings.write_text('language = "en"\n')
        environ = {"HOME": folder, "TEXTDOMAINDIR": str(locale), "PATH": "/usr/bin:/bin"}
        languages = [
            environ,
            environ | {"XDG_CONFIG_HOME": str(settings.parents[1])},
            environ | {"LANG": "ja_JP.UTF-8"},
        ]
        times: list[list[float]] = [[] for _ in languages]
        for _ in range(ROUNDS):
            for each, taken in zip(languages, times, strict=True):
                said = subprocess.check_output([sys.executable, "-c", _TEXTS], env=each)
                taken.append(float(said) * 1000)
        none, english, japanese = map(min, times)
        (bare,) = cpu_times([python("-c", "pass")], environ, ROUNDS)
        report.refer(PYTHON_CPU, bare)
        report.line("English", none, "ms")
        name = "English in the settings, more"
        report.line(name, english - none, "ms", ENGLISH, PYTHON_CPU)
        report.line("Japanese, more", japanese - none, "ms", JAPANESE, PYTHON_CPU)


if __name__ == "__main__":
    run(measure, "The start in a language, compared with no translation")
