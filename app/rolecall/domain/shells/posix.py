"""What bash and zsh have in common."""

from __future__ import annotations

from typing import Final

from rolecall.domain.shells.record import NUL, Quoting, kept_as_word

FORMAT: Final = "bash"  # dash and ksh read it too
EVALUATES: Final = 'eval "$({command})"'
RESERVED: Final = """
    case do done elif else esac fi for function if in select then time until while coproc
    command complete eval export local read return unalias unset
"""
QUOTING: Final = Quoting(
    unquotable=NUL,
    escape=lambda text: "'" + text.replace("'", r"'\''") + "'",
    set_statement="export {name}={value}",
    unset_statement="unset {name}",
    end="",
)
HISTORY: Final = kept_as_word(QUOTING, "__rolecall_previous={}")
