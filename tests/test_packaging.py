"""A package built from a clean checkout works when installed elsewhere."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from rolecall import RELEASED, __version__
from rolecall.cli.main import SUBCOMMANDS
from rolecall.presentation.texts.command_line import examples
from tests.support.onefile import build, formula
from tests.support.programs import program
from tests.support.release import changelog_problem, placeholder_problem, tag_problem
from tests.support.terminal import Terminal
from tests.support.versions import floors

ROOT = Path(__file__).resolve().parents[1]
NAME = f"rolecall-{__version__}"


def run(*command: object, cwd: Path, **variables: str) -> str:
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, built with hatchling from a clone without untracked files."""
    folder = tmp_path_factory.mktemp("sdist")
    (folder / "build").mkdir()
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder / "build")]
    needed = ["hatchling>=1.27", "click>=8.1", "babel>=2.16"]
    if subprocess.run([*pip, *needed], capture_output=True, check=False).returncode:
        pytest.skip("needs a package index")
    if (ROOT / ".git").exists():
        settings = folder / "gitconfig"  # git refuses a repository of another user
        settings.write_text("[safe]\n\tdirectory = *\n")
        clone = [program("git"), "clone", "--quiet", ROOT, "checkout"]
        run(*clone, cwd=folder, GIT_CONFIG_GLOBAL=str(settings))
    else:  # these are the tests of an sdist
        shutil.copytree(ROOT, folder / "checkout", ignore=shutil.ignore_patterns(".venv*"))
    build = [sys.executable, "-m", "hatchling", "build", "--target", "sdist"]
    run(*build, "--directory", folder, cwd=folder / "checkout", PYTHONPATH=str(folder / "build"))
    return folder / f"{NAME}.tar.gz"


@pytest.fixture(scope="module")
def wheel(sdist: Path) -> Path:
    """The wheel, built from the sdist as pip builds it."""
    folder = sdist.parent
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    run(*build, "--directory", folder, cwd=folder / NAME, PYTHONPATH=str(folder / "build"))
    return folder / f"{NAME}-py3-none-any.whl"


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The bin folder of an environment with the wheel, but without its dependencies."""
    environment = wheel.parent / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=wheel.parent)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"]
    run(*pip, wheel, cwd=wheel.parent)
    return environment / "bin"


def dependencies(installed: Path) -> dict[str, str]:
    """Variables that add the dependencies of this environment, but not its editable rolecall."""
    # Python ignores .pth files in PYTHONPATH, also that of the editable install.
    return {"PYTHONPATH": sysconfig.get_path("purelib"), "PATH": f"{installed}:/usr/bin:/bin"}


@pytest.mark.thorough
def test_the_sdist_contains_the_sources_and_the_tests(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.removeprefix(f"{NAME}/") for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "Makefile", "styles/base.tcss"} <= names
    assert {
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "RELEASING.md",
        "SECURITY.md",
        ".github/workflows/release.yml",
        ".pre-commit-config.yaml",
    } <= names
    assert {"app/rolecall/__main__.py", "tests/test_packaging.py"} <= names
    assert "app/rolecall/presentation/locale/rolecall.pot" in names


@pytest.mark.thorough
def test_the_wheel_contains_the_package_and_its_styles(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    styles = {path.name for path in (ROOT / "styles").glob("*.tcss")}
    assert styles
    assert {f"rolecall/styles/{name}" for name in styles} <= names
    assert [name for name in names if name.endswith((".po", ".pot"))] == []
    assert "rolecall/presentation/locale/ja/LC_MESSAGES/rolecall.mo" in names
    assert "rolecall/py.typed" in names
    data = f"{NAME}.data/data/share"
    assert {
        f"{data}/man/man1/rolecall.1",
        f"{data}/bash-completion/completions/rolecall",
        f"{data}/fish/vendor_completions.d/rolecall.fish",
        f"{data}/zsh/site-functions/_rolecall",
    } <= names
    assert {name.split("/")[0] for name in names} == {
        "rolecall",
        f"{NAME}.data",
        f"{NAME}.dist-info",
    }


@pytest.mark.thorough
def test_the_completions_of_a_package_name_no_path(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if "/share/" in name and "man1" not in name:
                script = archive.read(name).decode()
                assert "command rolecall complete" in script
                assert "@" not in re.sub(r"\(@Q\)|\$\{@|\"\$@\"|\{\(@", "", script), name


@pytest.mark.thorough
def test_the_readme_of_a_package_has_no_relative_links(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("/METADATA"))
        text = archive.read(name).decode()
    assert re.findall(r"\]\((?!https://|#)[^)]*\)", text) == []
    addresses = re.findall(r"^Project-URL: \w+, (.*)$", text, re.MULTILINE)
    home = next(each for each in addresses if each.count("/") == 4)
    assert all(each.startswith(home) for each in addresses)
    assert f"]({home}/raw/HEAD/screenshots/" in text


def test_the_lowest_versions_are_those_of_the_project() -> None:
    assert floors(["boto3>=1.40", "textual>=8.2.5,<9", "x[a]>=1"]) == [
        "boto3==1.40", "textual==8.2.5", "x==1",
    ]  # fmt: skip


def test_a_release_needs_its_changelog() -> None:
    released = f"## [Unreleased]\n\n## [1.2.0] - {RELEASED}\n\n### Added\n- x\n"
    assert changelog_problem(released, "1.2.0") == ""
    other_day = released.replace(RELEASED, "2030-01-02")
    assert RELEASED in changelog_problem(other_day, "1.2.0")
    assert "no section [1.3.0]" in changelog_problem(released, "1.3.0")
    assert "unreleased changes" in changelog_problem(
        released.replace("\n\n", "\n- y\n", 1), "1.2.0"
    )


def test_a_release_has_the_tag_of_its_version_and_no_placeholders() -> None:
    assert tag_problem(f"v{__version__}") == ""
    assert tag_problem("v9.9.9") != ""
    project = (
        '[project]\nauthors = [{name = "Ann", email = "ann@acme.dev"}]\nurls = {Home = "%s"}\n'
    )
    assert placeholder_problem(project % "https://github.com/ann/rolecall") == ""
    assert "OWNER" in placeholder_problem(project % "https://github.com/OWNER/rolecall")


@pytest.mark.thorough
def test_the_man_page_is_installed(installed: Path, tmp_path: Path) -> None:
    page = installed.parent / "share" / "man" / "man1" / "rolecall.1"
    shown = run(installed / "rolecall", "man", cwd=tmp_path, **dependencies(installed))
    assert page.read_text() == shown


@pytest.mark.thorough
@pytest.mark.parametrize("command", [("rolecall",), ("python", "-m", "rolecall")])
def test_it_runs_from_another_folder(
    installed: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    name, *options = command
    output = run(installed / name, *options, "--version", cwd=tmp_path, **dependencies(installed))
    assert output == f"rolecall {__version__}\n"


@pytest.mark.thorough
def test_the_demo_opens_with_its_styles(installed: Path, tmp_path: Path) -> None:
    where = "import rolecall; print(rolecall.__file__)"
    found = run(installed / "python", "-c", where, cwd=tmp_path, **dependencies(installed))
    assert Path(found).is_relative_to(installed.parent)
    environment = {"HOME": str(tmp_path / "home"), **dependencies(installed)}
    demo: list[str | Path] = [installed / "rolecall", "--demo"]
    with Terminal(demo, env=environment, cwd=tmp_path) as terminal:
        terminal.wait_for("Waiting for your approval")
        terminal.press("enter", then="log archive +[0-9]{12}")
        terminal.quit()
    assert not (tmp_path / "home").exists()


def test_the_help_has_the_address_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["urls"]["Homepage"] == examples.HOMEPAGE
    docs = {examples.address_of(name).rpartition("/")[2] for name in SUBCOMMANDS}
    assert {each for each in docs if not (ROOT / "docs" / each).exists()} == set()


@pytest.mark.thorough
def test_one_file_has_all_packages_and_a_formula(wheel: Path, tmp_path: Path) -> None:
    """It unpacks itself once, so the second start needs the file of the first."""
    made = tmp_path / "rolecall"
    build(wheel, made)
    home = tmp_path / "home"
    alone = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    python: list[str | Path] = [sys.executable, "-E", made]  # whatever `python3` is on this machine
    for _ in range(2):
        assert run(*python, "--version", cwd=tmp_path, **alone) == f"rolecall {__version__}\n"
    assert [each.name for each in (home / ".cache").iterdir()] == ["rolecall-program"]
    with Terminal([*python, "--demo"], env=alone, cwd=tmp_path) as terminal:
        terminal.wait_for("Waiting for your approval")
        terminal.press("enter", then="log archive +[0-9]{12}")
        terminal.quit()
    text = formula(made)
    assert hashlib.sha256(made.read_bytes()).hexdigest() in text
    (tmp_path / "rolecall.rb").write_text(text)
    assert "Syntax OK" in run(program("ruby"), "-c", tmp_path / "rolecall.rb", cwd=tmp_path)
