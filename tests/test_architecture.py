"""The structure of the package: which module imports which, and what writes which field."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rolecall.ui
from rolecall.services.base.clock import utc_now
from rolecall.services.base.settings import SettingsService
from rolecall.services.services import Services
from rolecall.ui.app.app import RolecallApp
from rolecall.ui.rendering.textual_private import PaintedScreen
from rolecall.ui.state.host import ScreenHost
from rolecall.ui.work import WorkGroup
from tests.support.for_each import for_each

PACKAGE = Path(__file__).resolve().parents[1] / "app" / "rolecall"
UI = PACKAGE / "ui"
SHARED = {"__init__", "crawl_feed", "dialogs"}  # modules of ui/flows that are not flows
FLOWS = sorted({path.stem for path in (UI / "flows").glob("*.py")} - SHARED)
STATE = {"AppState": UI / "state" / "app_state.py", "SessionState": UI / "state/session_state.py"}


def modules() -> dict[str, ast.Module]:
    """Every module of the package, by its dotted name."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(module: ast.Module, known: set[str]) -> set[str]:
    """The modules that it imports, anywhere in the file and for type checking too."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return names & known


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that reach each other: strongly connected components (Tarjan)."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = lowest[name] = len(index)
        stack.append(name)
        for other in graph[name]:
            if other not in index:
                visit(other)
            if other in stack:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1 or name in graph[name]:
                found.append(sorted(group))

    for name in graph:
        if name not in index:
            visit(name)
    return found


def import_graph() -> dict[str, set[str]]:
    """A package is not imported by its own modules, only by those who name it alone."""
    parsed = modules()
    graph = {}
    for name, module in parsed.items():
        found = imports(module, set(parsed))
        graph[name] = {each for each in found if not any(o.startswith(f"{each}.") for o in found)}
    return graph


def test_the_search_for_cycles_finds_them() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": {"e"}}
    assert sorted(cycles(graph)) == [["a", "b", "c"], ["e"]]


@pytest.mark.thorough
def test_no_modules_import_each_other() -> None:
    graph = import_graph()
    assert graph["rolecall.ui.flows.inventory"] >= {
        "rolecall.ui.state.host",
        "rolecall.ui.state.events",
    }
    assert cycles(graph) == []


@pytest.mark.thorough
def test_only_one_module_listens_on_the_network() -> None:
    """The Unix socket of `action_programs` is in a folder that only the user can open; those of
    `lending.check` answer nobody.
    """
    parsed = {name: each for name, each in modules().items() if ".demo." not in name}
    servers = {"http.server", "socketserver", "asyncio.streams", "wsgiref.simple_server"}
    assert {name for name, each in parsed.items() if imports(each, servers)} == set()
    calls = {"create_server", "start_server", "bind"}
    listening = {
        name
        for name, module in parsed.items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in calls
    }
    assert listening == {
        "rolecall.aws.loopback",
        "rolecall.services.lending.check",
        "rolecall.services.runs.action_programs",
    }


def test_the_app_has_all_that_its_host_promises() -> None:
    """mypy checks the types, because of the annotation."""
    settings = SettingsService.from_environment({"HOME": "/nonexistent"})
    host: ScreenHost = RolecallApp(lambda: Services({}), utc_now, settings)
    promised = {name for each in ScreenHost.__mro__ for name in (*vars(each), *annotated(each))}
    present = {*dir(type(host)), *vars(host)}
    assert "announce" in promised
    assert {name for name in promised if not name.startswith("_")} <= present


def annotated(of: type) -> list[str]:
    return list(vars(of).get("__annotations__", {}))


def test_the_app_is_wiring() -> None:
    tree = ast.parse((UI / "app" / "app.py").read_text(encoding="utf-8"))
    (body,) = [node.body for node in tree.body if isinstance(node, ast.ClassDef)]
    methods = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert 0 < len(methods) <= 25


# --- flows


def accesses(flow: str) -> Iterator[str]:
    """The attributes of the host that a flow uses."""
    tree = ast.parse((UI / "flows" / f"{flow}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        if isinstance(node.value, ast.Attribute):
            if node.value.attr == "_host":
                yield node.attr
        elif isinstance(node.value, ast.Name) and node.value.id == "host":
            yield node.attr


def test_import_linter_knows_every_flow() -> None:
    settings = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (modules,) = [each["modules"] for each in contracts if each["type"] == "independence"]
    assert modules == [f"rolecall.ui.flows.{flow}" for flow in FLOWS]


@for_each("flow", FLOWS)
def test_a_flow_imports_no_other_flow(flow: str) -> None:
    tree = ast.parse((UI / "flows" / f"{flow}.py").read_text(encoding="utf-8"))
    others = {f"rolecall.ui.flows.{other}" for other in FLOWS if other != flow}
    assert imports(tree, others | {"rolecall.ui.app.wiring", "rolecall.ui.app.app"}) == set()


@for_each("flow", FLOWS)
def test_a_flow_reaches_no_other_flow_through_the_host(flow: str) -> None:
    """Flows are not in the host's protocol; this also catches a cast or an untyped host."""
    used = set(accesses(flow))
    assert used, "the flow uses its host in a way that this test does not see"
    assert used.isdisjoint({"flows", *FLOWS} - {"settings"})  # host.settings are the values


def test_each_group_of_work_belongs_to_one_flow() -> None:
    """So that no flow cancels the work of another."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    for flow in FLOWS:
        for node in ast.walk(ast.parse((UI / "flows" / f"{flow}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "WorkGroup":
                users[node.attr].add(flow)
    assert {name: who for name, who in users.items() if len(who) > 1} == {}
    assert set(users) == {group.name for group in WorkGroup}


# --- screens


def screens(of: type[PaintedScreen[Any]]) -> Iterator[type[PaintedScreen[Any]]]:
    for each in of.__subclasses__():
        yield each
        yield from screens(each)


def test_a_screen_has_at_most_five_bases_of_our_own() -> None:
    for module in pkgutil.walk_packages(rolecall.ui.__path__, "rolecall.ui."):
        importlib.import_module(module.name)
    bases = {
        f"{each.__module__}.{each.__name__}": [
            base.__name__ for base in each.__mro__[1:] if base.__module__.startswith("rolecall.")
        ]
        for each in screens(PaintedScreen)
        if each.__module__.startswith("rolecall.")
    }
    assert len(bases) > 30
    assert {name: found for name, found in bases.items() if len(found) > 5} == {}


# --- state


def is_field(node: ast.stmt) -> bool:
    """Whether it declares a field: annotated, or a lazy one."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return True
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(each, ast.Name) and each.id == "cached_property" for each in node.decorator_list
    )


def fields(class_name: str) -> set[str]:
    tree = ast.parse(STATE[class_name].read_text(encoding="utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    names = set()
    for node in filter(is_field, classes[class_name].body):
        target = node.target if isinstance(node, ast.AnnAssign) else node
        names.add(target.id if isinstance(target, ast.Name) else getattr(target, "name", ""))
    return names


def written(node: ast.AST) -> Iterator[ast.Attribute]:
    """The attributes that a statement assigns to, also those whose items it sets."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for each in ast.walk(target):
                if isinstance(each, ast.Attribute) and not isinstance(each.ctx, ast.Load):
                    yield each
                elif isinstance(each, ast.Subscript) and isinstance(each.value, ast.Attribute):
                    yield each.value


def writers() -> dict[str, set[str]]:
    """The methods of the state, and the modules outside of it, that write each field."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    names = fields("AppState") | fields("SessionState")
    for path in UI.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path in STATE.values():
            for method in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]:
                for attribute in (each for node in ast.walk(method) for each in written(node)):
                    found[attribute.attr].add(f"{path.stem}.{method.name}")
            continue
        for attribute in (each for node in ast.walk(tree) for each in written(node)):
            owner = ast.unparse(attribute.value)
            if owner not in {"self", "self.builder"} and attribute.attr in names:
                found[attribute.attr].add(str(path.relative_to(UI)))
    return {name: found[name] for name in names}


def setters() -> set[str]:
    """The public methods of the state that only set fields."""
    found = set()
    for path in STATE.values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                returns = node.returns and ast.unparse(node.returns)
                if returns == "None" and any(
                    True for each in ast.walk(node) for _ in written(each)
                ):
                    found.add(node.name)
    return found


def callers() -> dict[str, set[str]]:
    """The modules outside of the state that call each setter."""
    names = setters()
    found: dict[str, set[str]] = {name: set() for name in names}
    for path in UI.rglob("*.py"):
        if path in STATE.values():
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in names:
                found[node.attr].add(str(path.relative_to(UI)))
    return found


def test_the_two_states_have_no_field_in_common() -> None:
    """So that a name tells which is written. The session of a session state is never assigned."""
    assert fields("AppState") & fields("SessionState") == {"session"}


def test_each_field_of_the_state_has_one_writer() -> None:
    found = writers()
    assert found.pop("_tokens") == set()  # given to each session when it is made
    for given in ("production_pattern", "shell_profile"):  # to the state when it is made
        assert found.pop(given) == set()
    assert found["usable_tokens"] == {"app_state.set_expiries"}
    assert found["expiries"] == {"app_state.set_expiries"}
    assert found["crawling"] == {"flows/inventory.py"}
    assert {name: who for name, who in found.items() if len(who) != 1} == {}


def test_only_flows_and_the_state_write_the_state() -> None:
    for name, who in writers().items():
        outside = {each for each in who if "/" in each or each.endswith(".py")}
        assert all(each.startswith("flows/") for each in outside), name


def test_each_setter_of_the_state_has_one_caller() -> None:
    found = callers()
    assert found["set_expiries"] == {"flows/tokens.py"}
    assert found["note_verified"] == {"flows/profiles.py"}
    assert {name: who for name, who in found.items() if len(who) != 1} == {}


def test_only_flows_call_setters_of_the_state() -> None:
    """The snapshot is shown before the first paint, which needs no flow."""
    assert callers().pop("show_snapshot") == {"app/app.py"}
    for name, who in callers().items():
        assert name == "show_snapshot" or all(each.startswith("flows/") for each in who), name


# --- the command line

WRITES = {
    *("add_session", "commit", "confirmed", "distrust", "print_diff", "sign_out", "trust"),
    "write_undo",
}


def test_one_function_of_the_command_line_writes() -> None:
    """It shows the difference, and asks; nothing else commits a change or prints a difference."""
    found = {
        f"{path.relative_to(PACKAGE).as_posix()}: {name}"
        for path in (PACKAGE / "cli").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "attr", getattr(node.func, "id", ""))) in WRITES
    }
    assert found == {
        f"cli/support/write.py: {name}" for name in ("commit", "confirmed", "print_diff")
    }
