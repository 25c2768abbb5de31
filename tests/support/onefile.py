"""`make onefile`: makes one file with all packages, and the Homebrew formula that installs it.

The packages have data that cannot be read from inside a zip, so the file unpacks itself once.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from rolecall import __version__

ROOT: Final = Path(__file__).resolve().parents[2]
_FORMULA: Final = """\
class Rolecall < Formula
  desc "IAM Identity Center in a full-screen terminal"
  homepage "{homepage}"
  url "{homepage}/releases/download/v{version}/rolecall"
  version "{version}"
  sha256 "{digest}"
  license "{license}"

  depends_on "python@3.13"

  def install
    bin.install "rolecall"
    generate_completions_from_executable(bin/"rolecall", "completion")
    (man1/"rolecall.1").write Utils.safe_popen_read(bin/"rolecall", "man")
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/rolecall --version")
  end
end
"""


def build(source: Path, made: Path) -> None:
    """Make the file from a checkout or a wheel of rolecall. It needs a package index."""
    unpacked = "~/.cache/rolecall-program"  # nobody else reads ~/.cache/rolecall
    options = ["--quiet", "--compressed", "--root", unpacked, "--console-script", "rolecall"]
    shiv = [sys.executable, "-m", "shiv", *options, "--output-file", str(made), str(source)]
    subprocess.run(shiv, check=True)


def formula(program: Path) -> str:
    """Return the formula for the one file of this version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return _FORMULA.format(
        homepage=project["urls"]["Homepage"],
        version=__version__,
        digest=hashlib.sha256(program.read_bytes()).hexdigest(),
        license=project["license"],
    )


if __name__ == "__main__":
    made = ROOT / "dist" / "rolecall"
    made.parent.mkdir(exist_ok=True)
    build(ROOT, made)
    made.with_suffix(".rb").write_text(formula(made), "utf-8")
