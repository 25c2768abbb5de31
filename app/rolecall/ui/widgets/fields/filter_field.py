"""The field of the filter."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.geometry import Size
from textual.reactive import Reactive

from rolecall.ui.widgets.fields.input_field import InputField


class FilterField(InputField):
    """Calls `changed` at once with what is typed, so that one frame shows it and what it finds.

    `earlier` returns the filter before the one in the field, or "".
    Its size does not depend on its contents, so that no key lays the screen out again.
    """

    leaving_keys = frozenset({"enter"})
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def __init__(
        self, hint: str, changed: Callable[[str], None], earlier: Callable[[], str]
    ) -> None:
        super().__init__(hint=hint)
        self._changed = changed
        self._earlier = earlier

    def takes(self, event: events.Key) -> bool:
        """↑ takes an earlier filter."""
        if event.key != "up" or not (earlier := self._earlier()):
            return False
        self.value = earlier
        self.cursor_position = len(earlier)
        return True

    def watch_value(self, value: str) -> None:
        self._changed(value)
