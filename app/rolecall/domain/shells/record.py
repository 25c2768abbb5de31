"""What rolecall knows about a shell. No field has a default: a record without one does not
type-check.

Code that writes files, prints or shows texts asks the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rolecall.domain.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

NUL: Final = re.compile("\0")
_PLAIN: Final = "[A-Za-z0-9_./-]+"  # needs no quotes in any shell
_NAME: Final = re.compile("[A-Za-z_][A-Za-z0-9_]*")


class CannotQuote(ValueError):
    """The text has a character that the shell cannot express in a value."""


@dataclass(frozen=True, slots=True)
class Quoting:
    """Words and statements, quoted so that no value can run as code: any value is one word.

    `unquotable` finds what no word can express, and `escape` makes a word of any other text. The
    statements have {name} and {value}; unsetting a variable that is not set is not an error. Each
    ends with `end`.
    """

    unquotable: re.Pattern[str]
    escape: Callable[[str], str]
    set_statement: str
    unset_statement: str
    end: str

    def word(self, text: str) -> str:
        """Return the text as one word. Raises CannotQuote."""
        if self.unquotable.search(text):
            raise CannotQuote("no spelling in this shell")  # not the text: it may be a secret
        return self.escape(text)

    def plain_word(self, text: str) -> str:
        """Return the text as one word, as it is if no shell needs quotes. Raises CannotQuote."""
        return text if re.fullmatch(_PLAIN, text) else self.word(text)

    def set_variable(self, name: str, value: str) -> str:
        """Return the statement that sets an environment variable. Raises CannotQuote."""
        word = self.word(value)
        return self.set_statement.format(name=_checked(name), value=word) + self.end

    def unset_variable(self, name: str) -> str:
        """Return the statement that unsets an environment variable."""
        return self.unset_statement.format(name=_checked(name)) + self.end


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("no name of a variable")
    return name


@dataclass(frozen=True, slots=True)
class Changes:
    """What a switch changes. `previous` is the profile before it; None keeps that of the shell."""

    variables: Mapping[str, str]
    unset: Sequence[str]
    previous: str | None

    def statements(self, quoting: Quoting) -> list[str]:
        """Return the statements without the one that keeps `previous`. Raises CannotQuote."""
        unset = map(quoting.unset_variable, self.unset)
        return [*unset, *(quoting.set_variable(*each) for each in self.variables.items())]


def statements(quoting: Quoting, keep: Callable[[str], str]) -> Callable[[Changes], str]:
    """Return what writes changes as statements. `keep` makes the one that keeps `previous`."""

    def write(changes: Changes) -> str:
        lines = [] if changes.previous is None else [keep(changes.previous) + quoting.end]
        return "\n".join([*lines, *changes.statements(quoting)])

    return write


@dataclass(frozen=True, slots=True)
class History:
    """How the shell keeps the previous profile, to which `awsp -` returns.

    `switch` writes the changes of a switch, which its script reads; it raises CannotQuote.
    `previous` returns the profile from what the shell has kept; "" if that is invalid.
    """

    switch: Callable[[Changes], str]
    previous: Callable[[str], str]


def kept_as_word(quoting: Quoting, statement: str) -> History:
    """Return the history of a shell that keeps the name as it is; the statement has {} for it."""
    return History(statements(quoting, lambda name: statement.format(quoting.word(name))), str)


@dataclass(frozen=True, slots=True)
class Package:
    """A file in which the shell finds a completion, below a prefix such as /usr.

    `text` has {} for the completion.
    """

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """The templates of `cli/integration/`: `bash.sh`, `bash-completion.sh` and `bash-hook.sh`.

    The hook says when the account of the shell is not that of the directory, which is not a failed
    command for `set -e`. `completion_end` follows a completion without `awsp`. `packaged` is None
    if the shell finds no completion by itself.
    """

    extension: str
    has_hook: bool
    completion_end: str
    packaged: Package | None


@dataclass(frozen=True, slots=True)
class Question:
    """A variable that only a new shell knows. The command prints its value between two NULs."""

    variable: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StartUp:
    """The start-up file that rolecall writes, from the environment and the home folder.

    It is the first of `files` that exists, or else the first of all. `is_ours`: rolecall writes the
    whole file, and `users_file` is one that may load rolecall instead. `asks` is what the shell is
    asked before. `lines` have {program} and {options}; only interactive shells run the script, and
    a machine without rolecall starts them without an error. None: the file is the script.
    """

    files: Callable[[Mapping[str, str], Path], Sequence[Path]]
    is_ours: bool
    users_file: Callable[[Mapping[str, str], Path], Path] | None
    asks: Question | None
    lines: str | None


@dataclass(frozen=True, slots=True)
class Completion:
    """`words` are those after the command, from what the script says about the line and from the
    environment; the last is being typed. `lines` offer names, each with what it means, for what the
    script says about the line.
    """

    words: Callable[[Sequence[str], Mapping[str, str]], list[str]]
    lines: Callable[[Mapping[str, str], Sequence[str]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class ShellRecord:
    """A shell: `title` is its name in texts, `format` the one of `rolecall export`.

    `is_posix`: its commands ignore the signals that it ignores. `evaluates` is the line that
    evaluates what {command} prints, for shells without an eval through {file}. `is_reserved`: no
    command of the user's can have the name, because it is a reserved word or a command that the
    scripts need. `start_up` is the name of the file if rolecall does not write it. `private` are
    the files below the home folder with what was typed, and with stored variables.
    """

    title: str
    format: str
    is_posix: bool
    evaluates: str
    is_reserved: Callable[[str], bool]
    quoting: Quoting
    history: History
    scripts: Scripts
    start_up: StartUp | str
    completion: Completion
    private: tuple[str, ...]

    def evaluating(self, command: str) -> str:
        """Return the line that evaluates what a command of rolecall prints."""
        return self.evaluates.format(command=command, file=f"rolecall.{self.scripts.extension}")

    def sourcing(self, shown: str, path: str) -> str:
        """Return the line that reads a start-up file, for all shells whose file rolecall writes.

        It has the path as it is `shown`, with ~ for the home folder, unless that needs quotes.
        Raises CannotQuote.
        """
        word = shown if re.fullmatch(f"~?{_PLAIN}", shown) else self.quoting.word(path)
        return f"source {word}"

    @property
    def has_eval(self) -> bool:
        return "{file}" not in self.evaluates


def reserved(words: str) -> Callable[[str], bool]:
    """Return what finds these words, separated by blanks."""
    return frozenset(words.split()).__contains__


def config_folder(environ: Mapping[str, str], home: Path) -> Path:
    return home / (environ.get("XDG_CONFIG_HOME") or ".config")
