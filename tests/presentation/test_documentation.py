"""The pages of docs/ are those that the code makes, and their links lead somewhere."""

from __future__ import annotations

import re
import sys
import tomllib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import run
from threading import Thread
from urllib.parse import quote

import pytest

from rolecall.cli.main import SUBCOMMANDS
from rolecall.domain.settings import settings
from rolecall.files.own.settings import SettingsFile
from rolecall.presentation.commands import MOVED, Place
from rolecall.presentation.texts.errors.error_sentences import SENTENCES
from tests.support.for_each import for_each
from tests.support.network.browser import chromium
from tests.support.pages import CAUSES, EXAMPLE, FOLDER, pages
from tests.support.screens.pictures import film
from tests.support.screens.screenshots import NAME, NAME_TRANSLATED, pictures
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [*FOLDER.rglob("*.md"), *ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md"]
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


@pytest.mark.parametrize("name", ["sign-in.md", "troubleshooting.md"])
def test_the_pages_about_signing_in_name_no_key_that_has_moved(name: str) -> None:
    named = re.findall(r"`([a-z])`", (FOLDER / name).read_text(encoding="utf-8"))
    assert set(named) & set(MOVED[Place.SIGN_IN]) == set()


@for_each("path", TEXTS)
def test_every_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    for target, heading in _LINK.findall(path.read_text(encoding="utf-8")):
        file = path.parent / target if target else path
        if badge := re.fullmatch(r"\.\./\.\./actions/workflows/(\w+\.yml)/badge\.svg", target):
            file = ROOT / ".github" / "workflows" / badge[1]  # the page of GitHub about it
        assert file.exists(), target
        if heading:
            assert heading in _anchors(file)


@pytest.mark.parametrize("path", [ROOT / "README.md", FOLDER / "index.md"], ids=lambda it: it.name)
def test_every_page_is_linked(path: Path) -> None:
    linked = {path.parent / target for target, _ in _LINK.findall(path.read_text(encoding="utf-8"))}
    pages_there = {page for page in FOLDER.glob("*.md") if page.name != "index.md"}
    assert pages_there <= linked


def _in_japanese(path: Path) -> Path:
    """The translation of a page or a picture, or the English one if there is none."""
    of_page = path.with_suffix(".ja.md"), path.parent / "ja" / path.name
    candidates = *of_page, path.with_stem(f"{path.stem}-ja")
    return next((each for each in candidates if each.exists()), path)


@for_each("path", [each for each in TEXTS if _in_japanese(each) != each])
def test_a_page_in_japanese_says_the_same(path: Path) -> None:
    """It leads to the same pages, in Japanese if they are, and has the same examples."""
    both = {path, translation := _in_japanese(path)}
    expected = sorted(_in_japanese(each) for each in _links(path) if each not in both)
    assert sorted(each for each in _links(translation) if each not in both) == expected
    assert _outline(translation) == _outline(path)


def _links(path: Path) -> list[Path]:
    found = [target for target, _ in _LINK.findall(path.read_text(encoding="utf-8")) if target]
    return [path.parent.joinpath(each).resolve() for each in found]


def _outline(path: Path) -> tuple[list[str], list[str], list[str]]:
    """What is typed, in the text and in blocks, and the kinds of the lines."""
    text = path.read_text(encoding="utf-8")
    fence = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
    blocks = "".join(fence.findall(text)).splitlines()
    return (
        sorted(re.findall(r"`[^`\n]+`", fence.sub("", text))),
        [line.partition(" #")[0].strip() for line in blocks],
        re.findall(r"^(#+|-|\d\.|\||!)", text, re.MULTILINE),
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


@pytest.mark.parametrize(
    ("page", "language", "links"),
    [
        ("tokens.html", "en", ["tokens.html", "ja/tokens.html"]),
        ("ja/tokens.html", "ja", ["../tokens.html", "tokens.html"]),
        ("log.html", "en", ["log.html", "ja/index.html"]),  # there is no translation
    ],
)
def test_a_page_leads_to_itself_in_the_other_language(
    site: Path, page: str, language: str, links: list[str]
) -> None:
    text = (site / page).read_text(encoding="utf-8")
    assert f'<html lang="{language}"' in text
    assert re.findall('<link rel="alternate" href="([^"]*)"', text) == links


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("page", "words", "found"),
    [
        ("index.html", "refresh token", "/tokens.html"),
        ("ja/index.html", "プロファイルを切り替え", "/ja/switching.html"),
        ("ja/index.html", "許可セット", "/ja/tokens.html"),
    ],
)
def test_the_search_finds_words_of_both_languages(
    site: Path, tmp_path: Path, page: str, words: str, found: str
) -> None:
    handler = partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, chromium(tmp_path) as browser:
        Thread(target=server.serve_forever, daemon=True).start()
        browser.go(f"http://127.0.0.1:{server.server_port}/{page}?q={quote(words)}")
        wait_until(lambda: browser.value(_FOUND), words)
        assert found in browser.value(_FOUND)
        server.shutdown()


_FOUND = "[...document.querySelectorAll('.md-search-result__item > a')].map(it => it.pathname)"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


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
        for path in sorted(site.rglob("*.html")):
            page.go(path.as_uri())
            assert page.value("document.documentElement.scrollWidth") <= width, path.name
            assert page.value(_CUT) == [], path.name
