"""A text field keeps its cursor in sight."""

from __future__ import annotations

from textual.app import App, ComposeResult

from rolecall.ui.widgets.fields.input_field import InputField
from tests.support.waiting import pause_until


class Page(App[None]):
    def compose(self) -> ComposeResult:
        yield InputField("x" * 40 + "end")


async def test_the_end_of_a_text_is_in_sight_after_the_field_became_narrower() -> None:
    page = Page()
    async with page.run_test(size=(60, 5)) as pilot:
        field = page.query_one(InputField)
        assert field.scroll_x == 0
        await pilot.resize_terminal(30, 5)
        # Behind the end of a text, Textual counts the cursor one column further.
        await pause_until(lambda: field.cursor_screen_offset.x == field.content_region.right)
