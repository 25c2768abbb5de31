"""The template of `rolecall prompt`: fields in braces, and parts in brackets that may be left out.

`{profile}[ {left}]`: a part is left out if all of its fields are empty. A backslash takes the next
character as it is. A prompt waits for this module, so it imports little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_TOKEN: Final = r"\\(.)|\{(\w*)\}|([][{}\\])|([^][{}\\]+)"


class TemplateMistake(Exception):
    """`text` is the part of the template that is wrong."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def names(template: str) -> set[str]:
    """Return the names of the fields."""
    return {found[2] for found in re.finditer(_TOKEN, template, re.DOTALL) if found[2]}


def rendered(template: str, fields: Mapping[str, str]) -> str:
    """Return the text. Raises TemplateMistake for an unknown field, and for a brace or bracket
    without its other half.
    """
    whole: list[str] = []
    part: list[str] | None = None  # that in brackets
    has_content = False
    for found in re.finditer(_TOKEN, template, re.DOTALL):
        escaped, name, sign, text = found.groups()
        target = whole if part is None else part
        if name is not None:
            if name not in fields:
                raise TemplateMistake(found[0])
            target.append(fields[name])
            has_content = has_content or bool(fields[name])
        elif sign == "[" and part is None:
            part, has_content = [], False
        elif sign == "]" and part is not None:
            whole += part if has_content else ()
            part = None
        elif sign is not None:
            raise TemplateMistake(template[found.start() :])
        else:
            target.append(escaped if text is None else text)
    if part is not None:
        raise TemplateMistake("[")
    return "".join(whole)
