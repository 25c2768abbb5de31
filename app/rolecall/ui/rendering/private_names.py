"""The private names of Textual that `textual_private.py` uses: `PRIVATE_NAMES`.

`MISSING` has those that the installed version lacks.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from rolecall.domain.records import NamedTuple


class PrivateName(NamedTuple):
    """A method with its parameters, or an attribute, which has none."""

    owner: str
    name: str
    parameters: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return f"{self.owner.removeprefix('textual.')}.{self.name}"


_ATTRIBUTES: Final = {
    "textual.app.App": (
        *("_driver", "_exception", "_batch_count", "_background_screens", "_screen_stacks"),
        "_previous_cursor_position",
    ),
    "textual.screen.Screen": (
        *("_compositor", "_pruning", "_result_callbacks", "_dirty_widgets", "_repaint_required"),
    ),
    "textual.widget.Widget": ("_layout_cache", "_layout_updates"),
    "textual._compositor.Compositor": ("size", "_dirty_regions", "_full_map"),
    "textual._compositor.InlineUpdate": ("strips",),
    "textual._compositor.LayoutUpdate": ("strips", "region"),
    "textual._compositor.ChopsUpdate": ("chops", "spans", "chop_ends"),
    "textual.drivers.linux_driver.LinuxDriver": ("_writer_thread",),
    "textual.timer.Timer": ("_skip",),
}
_METHODS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "textual.app.App": {
        "_fatal_error": (),
        "_close_messages_no_wait": (),
        "_update_mouse_over": ("screen",),
        "_get_inline_height": (),
    },
    "textual.screen.Screen": {
        "_pop_result_callback": (),
        "_compositor_refresh": (),
        "_refresh_layout": ("size", "scroll"),
        "_dispatch_message": ("message",),
    },
    "textual._compositor.Compositor": {
        "update_widgets": ("widgets",),
        "render_strips": ("size",),
        "render_update": ("full", "screen_stack", "simplify"),
        "render_inline": ("size", "screen_stack", "clear"),
    },
    "textual.drivers.linux_driver.LinuxDriver": {"_get_terminal_size": ()},
    "textual.drivers.linux_inline_driver.LinuxInlineDriver": {"_get_terminal_size": ()},
    "textual._xterm_parser.XTermParser": {
        "feed": ("data",),
        "tick": (),
        "_sequence_to_key_events": ("sequence", "alt"),
    },
}
PRIVATE_NAMES: Final = (
    *(PrivateName(owner, name) for owner, names in _ATTRIBUTES.items() for name in names),
    *(PrivateName(owner, *each) for owner, found in _METHODS.items() for each in found.items()),
)


def is_there(private: PrivateName) -> bool:
    """Return whether the installed Textual has the name, with the same parameters."""
    module, _, owner = private.owner.rpartition(".")
    try:
        found = getattr(import_module(module), owner)
    except (ImportError, AttributeError):
        return False
    if private.parameters is None:
        return hasattr(found, private.name) or private.name in _set_by_init(found)
    code = getattr(getattr(found, private.name, None), "__code__", None)
    if code is None:
        return False
    return tuple(code.co_varnames[1 : code.co_argcount]) == private.parameters


def _set_by_init(owner: type) -> set[str]:
    """Return the names that the constructors of a class use, its attributes among them."""
    constructors = (vars(base).get("__init__") for base in owner.__mro__)
    codes = (getattr(each, "__code__", None) for each in constructors)
    return {name for code in codes if code is not None for name in code.co_names}


MISSING: Final = tuple(str(each) for each in PRIVATE_NAMES if not is_there(each))


if __name__ == "__main__":  # `rolecall doctor`
    print("\n".join(MISSING))
