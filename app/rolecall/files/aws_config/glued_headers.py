"""Headers that some SDK does not see because of what follows their bracket.

The SDK then gives the keys below the header to the section above. JavaScript sees no header in
`[profile dev]# old`, Go none in `[profile dev] old`, and Ruby none in `[profile dev] #`. The rules
are those of javascript_ini, of ruby_ini and of `tokenize.go` in aws-sdk-go-v2.
"""

from __future__ import annotations

import re
from typing import Final

from rolecall.files.aws_config import javascript_ini, ruby_ini

_GO_COMMENT: Final = re.compile("[#;]")
_HASH_AND_SEMICOLON: Final = re.compile(r"^#\s;", re.ASCII)  # for Ruby, a comment without text


def is_glued(head: str) -> bool:
    """Return whether some SDK sees no header in the line. Its indentation does not count."""
    is_seen = javascript_ini.header(head) is not None and ruby_ini.is_header(head)
    return not (is_seen and _go_sees(head))


def separated(head: str) -> str:
    """Return the line with a comment of what follows the bracket, so that every SDK sees it.

    A name with brackets or comment signs stays unseen.
    """
    start, bracket, rest = head.rpartition("]")
    text = rest.strip()
    ending = rest[len(rest.rstrip("\r\n")) :]
    if text in {"", "#"}:
        return f"{start}{bracket}{ending}"
    mark = "" if text[0] in "#;" else "# "
    return f"{start}{bracket} {mark}{_HASH_AND_SEMICOLON.sub('#;', text)}{ending}"


def _go_sees(head: str) -> bool:
    return _GO_COMMENT.split(head)[0].rstrip().endswith("]")
