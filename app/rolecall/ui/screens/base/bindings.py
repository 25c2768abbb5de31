"""The key bindings of a screen."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from rolecall.presentation.commands import BY_ID, GROUPS, MOVES, MOVING, Place, commands_of


def bindings_of(place: Place) -> list[BindingType]:
    """Return the bindings of a place, made from the declaration of its commands.

    Each key is bound twice. With priority (`now`) the screen gets it before the focused widget, so
    that keys of a burst stay in order. Without (`command`) a focused field gets it first.
    """
    made: list[BindingType] = []
    for command in filter(lambda each: each.id in BY_ID, commands_of(place)):
        for key in command.keys:
            made += [
                Binding(key, f"now('{command.id}')", command.name, show=False, priority=True),
                Binding(key, f"command('{command.id}')", command.name, show=False),
            ]
    # The own keys of the table or the output again, with priority.
    if MOVING.intersection(GROUPS[place]):
        made += [
            Binding(key, f"table({move!r})", show=False, priority=True)
            for move, keys in MOVES.items()
            for key in keys
        ]
    return made
