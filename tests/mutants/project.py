"""A copy of the project in which mutants are made, with its own interpreter."""

from __future__ import annotations

import compileall
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def changed_files(since: str) -> list[Path]:
    """Return the Python files of the package that differ from a revision."""
    base = _git("merge-base", since, "HEAD").strip()
    names = _git("diff", "--name-only", base, "--", "app/rolecall").splitlines()
    names += _git("ls-files", "--others", "--exclude-standard", "app/rolecall").splitlines()
    return [ROOT / name for name in names if name.endswith(".py") and (ROOT / name).exists()]


def copy_to(folder: Path) -> Path:
    """Copy the project as it is now, and return the interpreter that imports the copy."""
    for name in _git("ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    # With `git` in it, tests of the project as a whole could run; none of them is selected.
    modules = ROOT / "tests/files/javascript/node_modules"
    if modules.exists():
        (folder / "tests/files/javascript/node_modules").symlink_to(modules)
    venv.create(folder / ".venv", symlinks=True)
    installed = sysconfig.get_path("purelib")
    (paths,) = (folder / ".venv/lib").glob("python*/site-packages")
    # The copy comes before what the editable installation adds.
    first = f"{folder / 'app'}\n{folder}\nimport site; site.addsitedir({installed!r})\n"
    (paths / "mutants.pth").write_text(f"{first}import tests.mutants.child\n")
    compileall.compile_dir(folder / "app", quiet=1)
    python, program = folder / ".venv/bin/python", folder / ".venv/bin/rolecall"
    program.write_text(f"#!{python}\n{Path(sysconfig.get_path('scripts'), 'rolecall').read_text()}")
    program.chmod(0o755)
    return python


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
