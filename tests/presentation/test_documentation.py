"""The pages of docs/ are those that the code makes, and their links lead somewhere."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from subprocess import run

import pytest

from rolecall.cli.main import SUBCOMMANDS
from rolecall.domain.settings import settings
from rolecall.files.own.settings import SettingsFile
from rolecall.presentation.texts.error_sentences import SENTENCES
from tests.support.browser import chromium
from tests.support.pages import CAUSES, EXAMPLE, FOLDER, pages
from tests.support.pictures import film
from tests.support.screenshots import NAME, NAME_TRANSLATED, pictures

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [*FOLDER.glob("*.md"), *ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md"]
_READMES = ("README.md", "README.ja.md")
_LINK = re.compile(r"\]\((?!https?://)([^)#]*)(?:#([^)]*))?\)")


@pytest.mark.parametrize("name", ["commands.md", "keys.md", "settings.md", "messages.md"])
def test_a_page_that_is_made_is_current(name: str) -> None:
    """If not, `make pages` makes it again."""
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name]


def test_every_command_is_documented() -> None:
    text = pages()["commands.md"]
    assert [name for name in SUBCOMMANDS if f"## `rolecall {name}`\n" not in text] == []


def test_every_error_has_its_cause() -> None:
    assert set(CAUSES) == {each.__name__ for each in SENTENCES}


def test_every_sentence_about_an_error_is_in_the_table() -> None:
    rows = pages()["messages.md"].splitlines()
    empty = [each for each in rows if re.match(r"\| (‹[^›]*›[ :.]*)* \|", each)]
    assert [each.split(" | ")[0] for each in empty] == ["| ‹command›: ‹reason›"]
    assert [each for each in rows if each.endswith("|  |")] == []  # each says what to do
    assert [each for each in set(rows) if each.startswith("| ‹") and rows.count(each) > 1] == []
    assert "A part of it is missing" in "\n".join(rows)


def test_the_example_has_every_setting_and_is_valid(tmp_path: Path) -> None:
    assert set(tomllib.loads(EXAMPLE)) == set(settings.NAMES)
    path = tmp_path / "settings.toml"
    path.write_text(EXAMPLE)
    assert SettingsFile(path, tmp_path).read().bad == ()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    for target, heading in _LINK.findall(path.read_text(encoding="utf-8")):
        file = path.parent / target if target else path
        assert file.exists(), target
        if heading:
            assert heading in _anchors(file)


@pytest.mark.parametrize("path", [ROOT / "README.md", FOLDER / "index.md"], ids=lambda it: it.name)
def test_every_page_is_linked(path: Path) -> None:
    linked = {path.parent / target for target, _ in _LINK.findall(path.read_text(encoding="utf-8"))}
    pages_there = {page for page in FOLDER.glob("*.md") if page.name != "index.md"}
    assert pages_there <= linked


def test_the_readme_in_japanese_says_the_same() -> None:
    english, japanese = (ROOT.joinpath(name).read_text("utf-8") for name in _READMES)
    assert _outline(japanese) == _outline(english)


def _outline(text: str) -> tuple[list[str], list[str], list[str]]:
    """Where links lead, what is typed, and the kinds of the lines."""
    own = re.sub(r"-ja\.svg", ".svg", text).replace(*_READMES)
    typed = re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    blocks = "".join(re.findall(r"```\n(.*?)```", text, re.DOTALL)).splitlines()
    kinds = re.findall(r"^(#+|- \*|\||!)", text, re.MULTILINE)
    return (
        sorted(found[0] for found in _LINK.findall(own)),
        [*sorted(typed), *(line.partition(" #")[0].strip() for line in blocks)],
        kinds,
    )


def _anchors(file: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in titles}


def test_the_pictures_show_what_the_program_shows() -> None:
    """`make screenshots` makes them again, from the snapshots."""
    folder = ROOT / "screenshots"
    made = pictures()
    translated = {path.name for path in folder.glob(NAME_TRANSLATED.format(language="*"))}
    assert {path.name for path in folder.iterdir()} == made.keys() | translated
    stale = [name for name, text in made.items() if (folder / name).read_text("utf-8") != text]
    assert stale == []
    texts = "".join(each.read_text(encoding="utf-8") for each in TEXTS)
    assert [name for name in made.keys() | translated if f"/{name})" not in texts] == []
    assert all(path.stat().st_size < 1_000_000 for path in folder.iterdir())


def test_a_film_has_what_stays_once() -> None:
    first = "│ab│\n│cd│\n\nxx\nxx\n\nx bold #ffffff on #000000\n"
    made = film([(first, 1), (first.replace("cd", "ef"), 3)])
    assert made.count(">ab<") == 1
    assert 'values="visible;hidden" keyTimes="0;0.25"' in made
    assert 'values="hidden;visible" keyTimes="0;0.25"' in made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as mkdocs builds it, which is strict: a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    result = run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return folder


def test_the_site_has_no_broken_link(site: Path) -> None:
    assert (site / "screenshots" / NAME).exists()


# What must be scrolled sideways, or is beyond the edge of the screen.
_CUT = """[...document.querySelectorAll("article *")].filter(each =>
    getComputedStyle(each).overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1
    || each.getBoundingClientRect().right > innerWidth
).map(each => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 60)}`)"""


@pytest.mark.thorough
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_of_the_site_is_cut(site: Path, tmp_path: Path, width: int) -> None:
    with chromium(tmp_path) as page:
        page.resize(width)
        for path in sorted(site.glob("*.html")):
            page.go(path.as_uri())
            assert page.value("document.documentElement.scrollWidth") <= width, path.name
            assert page.value(_CUT) == [], path.name
