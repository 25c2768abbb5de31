"""A later version of Textual, in which private names have other names.

`environment` makes a Python process import Textual with each of these names changed in all of its
modules, so that Textual itself still works.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_SITE_CUSTOMIZE = """
import re, sys
from importlib.machinery import PathFinder, SourceFileLoader

NAMES = {names!r}
WORD = re.compile("(?<![A-Za-z0-9_])(" + "|".join(NAMES) + ")(?![A-Za-z0-9_])")


class Loader(SourceFileLoader):
    def get_code(self, fullname):
        source = WORD.sub(r"\\1_renamed", self.get_source(fullname))
        return compile(source, self.path, "exec", dont_inherit=True)


class Finder:
    @staticmethod
    def find_spec(fullname, path=None, target=None):
        if fullname.partition(".")[0] != "textual":
            return None
        if fullname.rpartition(".")[2] in NAMES:
            raise ModuleNotFoundError(f"No module named {{fullname!r}}", name=fullname)
        spec = PathFinder.find_spec(fullname.removesuffix("_renamed"), path)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.name = fullname
            spec.loader = Loader(fullname, spec.loader.path)
        return spec


sys.meta_path.insert(0, Finder)
"""


def environment(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return variables for a process in which Textual does not have these private names.

    `folder` is for a `sitecustomize`, which Python imports when it starts.
    """
    folder.mkdir(exist_ok=True)
    text = _SITE_CUSTOMIZE.format(names=sorted(set(names)))
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}
