"""How other programs start this rolecall, and the name of the sessions of its roles."""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path

import pytest

from rolecall.services.base.own_program import how_to_install, is_found, program, session_name
from rolecall.services.services import Services
from tests.support.desk import Desk
from tests.support.for_each import for_each


def executable(path: Path, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    path.chmod(mode)
    return path


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have neither a script nor a Python that is next to a rolecall."""
    monkeypatch.setattr(sys, "argv", [str(executable(tmp_path / "bin" / "pytest"))])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python" / "python"))
    return tmp_path


class TestProgram:
    def test_its_name_is_enough_if_path_finds_it(self, elsewhere: Path) -> None:
        path = executable(elsewhere / "found" / "rolecall")
        environ = {"PATH": str(path.parent)}
        assert is_found("rolecall", environ)
        assert program(environ) == "rolecall"
        executable(elsewhere / "bin" / "rolecall")
        assert program(environ) == "rolecall"

    def test_without_a_path_the_systems_own_is_searched(self) -> None:
        assert is_found("sh", {})
        assert not is_found("sh", {"PATH": ""})

    def test_else_it_is_the_script_that_runs(
        self, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started = executable(elsewhere / "started" / "rolecall")
        executable(elsewhere / "python" / "rolecall")
        monkeypatch.setattr(sys, "argv", [str(started)])
        assert program({"PATH": "/none"}) == str(started)
        monkeypatch.chdir(elsewhere)
        monkeypatch.setattr(sys, "argv", ["started/rolecall"])
        assert program({"PATH": "/none"}) == str(started)

    def test_else_it_is_the_one_next_to_python_if_it_can_run(self, elsewhere: Path) -> None:
        near = executable(elsewhere / "python" / "rolecall", 0o644)
        assert program({"PATH": "/none"}) == "rolecall"
        near.chmod(0o755)
        assert program({"PATH": "/none"}) == str(near)


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/me/.local/share/pipx/venvs/rolecall", "pipx inject rolecall awscrt"),
        ("/home/me/.local/share/uv/tools/rolecall", "uv tool install --with awscrt rolecall"),
        ("/home/me/uv/venv", "/python -m pip install awscrt"),
        ("/home/me/tools/venv", "/python -m pip install awscrt"),
    ],
)
def test_a_package_is_added_as_rolecall_was(
    monkeypatch: pytest.MonkeyPatch, prefix: str, command: str
) -> None:
    monkeypatch.setattr(sys, "prefix", prefix)
    monkeypatch.setattr(sys, "executable", "/python")
    assert how_to_install("awscrt") == command


@for_each(
    ("environ", "name"),
    [
        ({"LOGNAME": "alice", "USER": "bob"}, "alice"),
        ({"LOGNAME": "", "USER": "bob"}, "bob"),
        ({"LOGNAME": "alice smith@x"}, "alicesmith@x"),
        ({"LOGNAME": "zoë"}, "zo"),
        ({"LOGNAME": "x"}, "rolecall"),
        ({"LOGNAME": "ubuntu"}, "rolecall"),
        ({"LOGNAME": "Root"}, "rolecall"),
        ({}, "rolecall"),
    ],
)
def test_a_session_has_the_name_of_a_person(environ: dict[str, str], name: str) -> None:
    assert session_name(environ) == name


def test_all_services_are_built_before_threads_share_them(desk: Desk) -> None:
    services = desk.another()
    names = {name for name, each in vars(Services).items() if isinstance(each, cached_property)}
    assert len(names - vars(services).keys()) > 20
    assert services.build() is services
    assert names <= vars(services).keys()
