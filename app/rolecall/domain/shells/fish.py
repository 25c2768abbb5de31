"""fish: https://fishshell.com/docs/current/language.html, and `builtin -n` for its words."""

from __future__ import annotations

import re
from typing import Final

from rolecall.domain.shells.completion import as_passed, described
from rolecall.domain.shells.record import (
    NUL,
    Completion,
    Package,
    Quoting,
    Scripts,
    ShellRecord,
    StartUp,
    config_folder,
    kept_as_word,
    reserved,
)

_SPECIAL: Final = re.compile(r"[\\']")
_QUOTING: Final = Quoting(
    unquotable=NUL,
    escape=lambda text: "'" + _SPECIAL.sub(r"\\\g<0>", text) + "'",
    set_statement="set -gx {name} {value}",
    # One scope at a time: a universal one would show.
    unset_statement="while set -e {name}; end",
    end="",
)

RECORD: Final = ShellRecord(
    title="fish",
    format="fish",
    is_posix=False,
    evaluates="{command} | source",
    is_reserved=reserved(
        """
        and argparse begin break builtin case command continue else end eval exec for function if
        not or read return set status string switch test time while _
        commandline complete contains count isatty source"""
    ),
    quoting=_QUOTING,
    history=kept_as_word(_QUOTING, "set -g __rolecall_previous {}"),
    scripts=Scripts(
        extension="fish",
        has_hook=True,
        completion_end="",
        packaged=Package("share/fish/vendor_completions.d/rolecall.fish", "{}"),
    ),
    start_up=StartUp(
        files=lambda environ, home: [
            config_folder(environ, home) / "fish" / "conf.d" / "rolecall.fish"
        ],
        is_ours=True,
        users_file=lambda environ, home: config_folder(environ, home) / "fish" / "config.fish",
        asks=None,
        lines="""\
if status is-interactive; and command -q {program}
    {program} init fish{options} | source
end
""",
    ),
    completion=Completion(words=as_passed, lines=described),
    private=(".local/share/fish/fish_history", ".config/fish/fish_variables"),
)
