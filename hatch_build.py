"""Adds what is made to the wheel: the man page and the completions, from the declarations of the
commands, and the catalogue of each language, from its translations. An editable install has the
catalogues, too. The README of a package has whole addresses instead of the paths of files.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class Readme(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        address = metadata["urls"]["Homepage"]
        text = re.sub(
            r"(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)",
            lambda link: (
                f"{link[1]}[{link[2]}]({address}/{'raw' if link[1] else 'blob'}/HEAD/{link[3]})"
            ),
            text,
        )
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def _make_catalogues(root: Path, target: Path) -> list[Path]:
    """Compile all translations. Returns the new files: in the same folders, but below `target`."""
    made = []
    for source in sorted(root.glob("app/rolecall/presentation/locale/*/LC_MESSAGES/*.po")):
        path = target / source.relative_to(root).with_suffix(".mo")
        path.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as translations, path.open("wb") as file:
            write_mo(file, read_po(translations))
        made.append(path)
    return made


class MadeFiles(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "app"))
        self._folder = Path(mkdtemp())
        if version == "editable":
            _make_catalogues(root, root)
        else:
            for made in _make_catalogues(root, self._folder):
                inside = made.relative_to(self._folder / "app")
                build_data["force_include"][str(made)] = str(inside)
        # The page is in English, whatever the builder speaks and has in the settings.
        os.environ.update(LC_ALL="C", XDG_CONFIG_HOME=str(self._folder))
        from rolecall.cli.man_page import man_page
        from rolecall.cli.support.shell_scripts import completion_file
        from rolecall.domain.shells import Shell

        for shell in Shell:
            if found := completion_file(shell):
                script = self._folder / shell
                script.write_text(found[1], encoding="utf-8")
                build_data["shared_data"][str(script)] = found[0]

        page = self._folder / "rolecall.1"
        page.write_text(man_page(), encoding="utf-8")
        build_data["shared_data"][str(page)] = "share/man/man1/rolecall.1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.target_name == "wheel":
            rmtree(self._folder)
