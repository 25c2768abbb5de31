"""`make words`: finds words that plain English does not use, and says what to write instead.

The list is `[tool.rolecall.words]` in pyproject.toml: a word or phrase, and its replacement. It is
checked in strings, docstrings and comments of Python files, and in all text of Markdown, TOML,
style sheets and makefiles. Without arguments every file that git knows is checked.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_SUFFIXES: Final = {".py", ".md", ".toml", ".tcss", ".yaml", ".cfg"}
_NAMES: Final = {"Makefile", "run"}
_OWN_LIST: Final = re.compile(
    r"^\[tool\.rolecall\.words\]\n.*?(?=^\[|\Z)", re.DOTALL | re.MULTILINE
)
_PROSE: Final = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", -1)}


def replacements() -> dict[str, str]:
    """The refused words and phrases, each with what to write instead."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, str] = settings["tool"]["rolecall"]["words"]
    return found


def refused_words(text: str, words: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """The refused words in a text, each with its line number. A phrase may span lines."""
    phrases = sorted(words, key=len, reverse=True)
    spaced = (r"[\s#\"]+".join(map(re.escape, phrase.split())) for phrase in phrases)
    for match in re.finditer(rf"(?<![\w-])(?:{'|'.join(spaced)})(?![\w-])", text, re.IGNORECASE):
        word = " ".join(re.sub(r"[#\"]", " ", match[0]).lower().split())
        yield text.count("\n", 0, match.start()) + 1, word


def prose_of(path: Path) -> str:
    """The text of a file that is checked. Its line numbers are those of the file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return _python_prose(text)
    return _OWN_LIST.sub(lambda match: "\n" * match[0].count("\n"), text)


def _python_prose(source: str) -> str:
    """The strings and comments of a Python file; all other text is blank."""
    lines = source.splitlines(keepends=True)
    prose = [re.sub(r"[^\n]", " ", line) for line in lines]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _PROSE:
            continue
        (first, start), (last, end) = token.start, token.end
        for number in range(first - 1, last):
            line, left = lines[number], start if number == first - 1 else 0
            right = end if number == last - 1 else len(line)
            prose[number] = prose[number][:left] + line[left:right] + prose[number][right:]
    return "".join(prose)


def checked_files() -> list[Path]:
    """The files of the repository that have text to check."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.splitlines()]
    return [path for path in paths if path.is_file() and is_checked(path)]


def is_checked(path: Path) -> bool:
    return path.suffix in _SUFFIXES or path.name in _NAMES


def main(arguments: Sequence[str]) -> int:
    """Print each refused word with its place. Returns 1 if there is one, otherwise 0."""
    words = replacements()
    paths = [Path(name).resolve() for name in arguments]
    count = 0
    for path in filter(is_checked, paths) if paths else checked_files():
        for line, word in refused_words(prose_of(path), words):
            count += 1
            print(f"{path.relative_to(ROOT)}:{line}: “{word}”: write {words[word]}")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
