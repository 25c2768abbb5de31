"""zsh: https://zsh.sourceforge.io/Doc/ (Reserved Words, Startup/Shutdown Files)."""

from __future__ import annotations

from typing import Final

from rolecall.domain.shells import posix
from rolecall.domain.shells.completion import as_passed, described
from rolecall.domain.shells.record import (
    Completion,
    Package,
    Question,
    Scripts,
    ShellRecord,
    StartUp,
    reserved,
)

_FOLDER: Final = "ZDOTDIR"

RECORD: Final = ShellRecord(
    title="zsh",
    format=posix.FORMAT,
    is_posix=True,
    evaluates=posix.EVALUATES,
    is_reserved=reserved(
        f"""{posix.RESERVED}
        declare end float foreach integer nocorrect readonly repeat typeset
        autoload compadd compdef"""
    ),
    quoting=posix.QUOTING,
    history=posix.HISTORY,
    scripts=Scripts(
        extension="zsh",
        has_hook=True,
        completion_end="",
        packaged=Package(
            "share/zsh/site-functions/_rolecall",
            # The file is the body of a function.
            "#compdef rolecall\n{}__rolecall_complete_rolecall\n",
        ),
    ),
    start_up=StartUp(
        files=lambda environ, home: [home / environ.get(_FOLDER, "") / ".zshrc"],
        is_ours=False,
        users_file=None,
        # It is often set in ~/.zshenv or /etc/zshenv and not exported.
        asks=Question(_FOLDER, ("zsh", "-c", rf"""print -rn -- $'\0'"${{{_FOLDER}-}}"$'\0'""")),
        lines="""\
if command -v {program} >/dev/null; then
  eval "$({program} init zsh{options})"
fi
""",
    ),
    completion=Completion(words=as_passed, lines=described),
    private=(".zsh_history", ".zsh_sessions", ".histfile"),
)
