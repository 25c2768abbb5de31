"""Programs that the full screen starts for the user have the user's limit of core dumps."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest

from rolecall.domain.process import core_dumps
from rolecall.services.runs.action_programs import in_terminal
from rolecall.services.runs.child import Child
from rolecall.services.runs.watcher import Watcher
from rolecall.terminal import editor

_CORE = resource.RLIMIT_CORE


@pytest.fixture
def _limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The user's limit is 4096, and rolecall's is 0."""
    soft, hard = resource.getrlimit(_CORE)
    if 0 <= hard < 4096:
        pytest.skip("needs the right to dump cores")
    monkeypatch.setattr(core_dumps, "_of_user", (4096, hard))
    core_dumps.forbid()
    yield
    resource.setrlimit(_CORE, (soft, hard))


def _run(command: Sequence[str]) -> None:
    with Watcher() as watcher:
        Child(command, {}, watcher).run(lambda *_: None, Event(), Event())


def _edit(command: Sequence[str]) -> None:
    path = Path(command[-1])
    path.with_name("edit").write_text(f"#!{command[0]}\n{command[2]}\n")
    path.with_name("edit").chmod(0o700)
    editor.edit(path, {"EDITOR": str(path.with_name("edit"))})


STARTS: list[Callable[[Sequence[str]], object]] = [
    _run,
    _edit,
    lambda command: in_terminal(command, {}, lambda _: ""),
]


@pytest.mark.usefixtures("_limited")
@pytest.mark.parametrize("start", STARTS, ids=["run", "editor", "action"])
def test_a_program_has_the_limit_of_the_user(
    start: Callable[[Sequence[str]], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tmp_path / "found"
    code = "import resource, sys; open(sys.argv[1], 'w').write(str(resource.getrlimit(4)[0]))"
    with (tmp_path / "errors").open("w") as errors:
        monkeypatch.setattr(sys, "stderr", errors)
        start([sys.executable, "-c", code, str(found)])
    assert found.read_text() == "4096"
    assert resource.getrlimit(_CORE)[0] == 0
