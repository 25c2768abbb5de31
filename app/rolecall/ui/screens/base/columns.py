"""The columns that several tables share. A table can change the layout of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from rolecall.domain.search.folding import Prose
from rolecall.presentation import labels
from rolecall.presentation.texts import inventory_strings as words
from rolecall.ui.widgets.table.columns import Column, R

if TYPE_CHECKING:
    from rolecall.domain.inventory.annotations import Annotation
    from rolecall.ui.state.app_state import AppState

Text = Callable[[R], str]


class Layout(TypedDict, total=False):
    """Fields of `Column` that a table may change."""

    style: str | Callable[[Any], str | None] | None
    minimum: int
    drop_order: int
    wanted: Callable[[], bool]
    is_name: bool


def sign(text: Text[R], style: str | Callable[[R], str | None]) -> Column[R]:
    """Return a column of one cell, such as ★ or ✓."""
    return Column("sign", "", text, style, minimum=1, drop_order=0, searched=False)


def account(text: Text[R], badge: Text[R] | None = None, **layout: Unpack[Layout]) -> Column[R]:
    column = Column("account", labels.ACCOUNT, text, "strong", 12, badge=badge)
    return column._replace(**layout)


def account_id(text: Text[R], **layout: Unpack[Layout]) -> Column[R]:
    return Column("id", labels.ACCOUNT_ID, text, "muted", 12, drop_order=5)._replace(**layout)


def email(text: Text[R], **layout: Unpack[Layout]) -> Column[R]:
    return Column("email", labels.EMAIL, text, "muted", 24, drop_order=6)._replace(**layout)


def permission_set(text: Text[R], **layout: Unpack[Layout]) -> Column[R]:
    return Column("permission_set", labels.PERMISSION_SET, text, None, 14)._replace(**layout)


def profile(text: Text[R], **layout: Unpack[Layout]) -> Column[R]:
    column = Column("profile", labels.PROFILE, text, "accent", 20, drop_order=2)
    return column._replace(**layout)


def region(text: Text[R], **layout: Unpack[Layout]) -> Column[R]:
    return Column("region", labels.REGION, text, "muted", 9, drop_order=3)._replace(**layout)


def session(text: Text[R], **layout: Unpack[Layout]) -> Column[R]:
    return Column("session", labels.SESSION, text, "muted", 8, drop_order=2)._replace(**layout)


def annotation_columns(state: AppState, account_id: Callable[[R], str]) -> tuple[Column[R], ...]:
    """Return the column of aliases, shown if there are any, and two that are only searched."""

    def of(read: Callable[[Annotation], str]) -> Callable[[R], str]:
        def text(row: R) -> str:
            said = state.annotations.get(account_id(row))
            return read(said) if said else ""

        return text

    return (
        Column(
            "alias", words.ALIAS, of(lambda said: said.alias), "accent",
            minimum=8,
        ),
        Column("note", words.NOTE, of(lambda said: Prose(said.note)), wanted=lambda: False),
        Column("groups", words.GROUPS, of(lambda said: said.group_words), wanted=lambda: False),
    )  # fmt: skip
