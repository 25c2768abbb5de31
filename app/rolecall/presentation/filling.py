"""Sentences with their facts filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_PLAIN = frozenset("@%+=:,./-_")  # these, letters and digits: what no shell changes

Facts = Mapping[str, object]


def fill(sentence: str, facts: Facts, mapping: Callable[[Facts], Facts] = dict) -> str:
    """Return the sentence with the facts filled in. In a command between backticks each fact is
    quoted for a shell, and an empty one is left out.

    `mapping` turns the facts into the mapping that the sentence is formatted with.
    """
    in_text, in_command = mapping(facts), mapping({name: _word(facts[name]) for name in facts})
    parts = sentence.split("`")
    parts[::2] = [each.format_map(in_text) for each in parts[::2]]
    parts[1::2] = [each.format_map(in_command).rstrip() for each in parts[1::2]]
    return "`".join(parts)


def _word(fact: object) -> object:
    """Return a fact as a word of a shell."""
    if not isinstance(fact, str) or all(each.isalnum() or each in _PLAIN for each in fact):
        return fact
    import shlex  # late: few facts need it

    return shlex.quote(fact)
