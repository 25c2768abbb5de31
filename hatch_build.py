"""Adds the man page to the wheel. It is made from the declarations of the commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPage(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        os.environ["LC_ALL"] = "C"  # the page is in English, whatever the builder speaks
        sys.path.insert(0, str(Path(self.root, "app")))
        from rolecall.cli.support.man_page import man_page

        self._folder = Path(mkdtemp())
        page = self._folder / "rolecall.1"
        page.write_text(man_page(), encoding="utf-8")
        build_data["shared_data"][str(page)] = "share/man/man1/rolecall.1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.target_name == "wheel":
            rmtree(self._folder)
