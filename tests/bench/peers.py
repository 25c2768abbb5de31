"""`make bench-peers`: installs the programs that benchmarks compare rolecall with.

Each is in a separate folder of `build/peers`, because they need different versions of Textual.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "build" / "peers"
FROM_PIP: Final = ("aws-sso-util", "harlequin", "posting")
FROM_DEBIAN: Final = ("fzf",)


def find(name: str) -> Path | None:
    """Return the path of a program; None if it is neither in the folder nor in the PATH."""
    for path in (FOLDER / name / "bin" / name, FOLDER / name / "usr" / "bin" / name):
        if path.exists():
            return path
    on_path = shutil.which(name)
    return Path(on_path) if on_path else None


def main() -> int:
    """Install what is missing. Returns 1 if something cannot be installed."""
    failed = [name for name in (*FROM_PIP, *FROM_DEBIAN) if not _is_installed(name)]
    for name in failed:
        print(f"{name} could not be installed")
    return int(bool(failed))


def _is_installed(name: str) -> bool:
    if find(name) is None:
        print(f"Installing {name} into {FOLDER / name}", flush=True)
        try:
            (_from_pip if name in FROM_PIP else _from_debian)(name, FOLDER / name)
        except (subprocess.SubprocessError, OSError) as error:
            print(error)
            shutil.rmtree(FOLDER / name, ignore_errors=True)
    return find(name) is not None


def _from_pip(name: str, folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    subprocess.run([*pip, "--quiet", name], check=True)


def _from_debian(name: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    subprocess.run(["apt-get", "download", "--quiet=2", name], cwd=folder, check=True)
    (package,) = folder.glob("*.deb")
    subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)


if __name__ == "__main__":
    sys.exit(main())
