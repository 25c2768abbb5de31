"""Hooks of mkdocs.

The site has the pictures of `screenshots/`, which the README shows too. Each cell of a table has
its heading, for screens that are too narrow for columns. A page leads to itself in the other
languages, and its theme speaks its language.
"""

from __future__ import annotations

import itertools
import re
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

_PICTURES = Path(__file__).resolve().parents[2] / "screenshots"


def on_files(files: Files, config: Any) -> Files:
    for path in sorted(_PICTURES.glob("*.svg")):
        files.append(File.generated(config, f"screenshots/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    return markdown.replace("../screenshots/", "screenshots/")


def on_page_content(html: str, **_: Any) -> str:
    return re.sub(r"<table>.*?</table>", _with_headings, html, flags=re.DOTALL)


def on_page_context(context: Any, page: Page, config: Any, nav: Navigation) -> None:
    """A translation has the same name, in a folder named after its language."""
    there = {each.url for each in nav.pages}
    language, _, name = page.url.rpartition("/")
    config.theme["language"] = language or "en"
    for each in config.extra["alternate"]:
        folder = "" if each["lang"] == "en" else each["lang"] + "/"
        each["link"] = folder + (name if folder + name in there else "index.html")


def _with_headings(table: re.Match[str]) -> str:
    """Name the heading in each cell but those of the first column, which name the row."""
    headings = [re.sub("<[^>]*>", "", each) for each in re.findall("<th[^>]*>(.*?)</th>", table[0])]
    columns = itertools.cycle(["<td>", *(f'<td data-heading="{escape(h)}">' for h in headings[1:])])
    return re.sub("<td>", lambda _: next(columns), table[0])
