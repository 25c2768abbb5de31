"""What tables show of the aliases, notes and groups of accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rolecall.domain.search.folding import Prose
from rolecall.presentation.texts import inventory_strings as words
from rolecall.ui.widgets.detail_pane import DetailLine, section
from rolecall.ui.widgets.table.columns import Column, R

if TYPE_CHECKING:
    from rolecall.domain.inventory.annotations import Annotation
    from rolecall.ui.state.app_state import AppState


def annotation_columns(state: AppState, account_id: Callable[[R], str]) -> tuple[Column[R], ...]:
    """Return the column of aliases, shown while there are any, and two that are only searched."""

    def alias(row: R) -> str:
        said = state.annotation_of(account_id(row))
        return said.alias if said else ""

    def note(row: R) -> str:
        said = state.annotation_of(account_id(row))
        return Prose(said.note) if said else ""

    def groups(row: R) -> str:
        said = state.annotation_of(account_id(row))
        return said.group_words if said else ""

    return (
        Column(
            "alias", words.ALIAS, alias, "accent",
            minimum=8, maximum=24, weight=2, drop_order=1, wanted=lambda: state.has_aliases,
        ),
        Column("note", words.NOTE, note, wanted=lambda: False),
        Column("groups", words.GROUPS, groups, wanted=lambda: False),
    )  # fmt: skip


def annotation_lines(said: Annotation | None) -> list[DetailLine]:
    """Return what is said about an account, for its details."""
    if said is None:
        return []
    return [
        *section(words.ALIAS, [said.alias] if said.alias else [], "accent"),
        *section(words.NOTE, [said.note] if said.note else [], "text"),
        *section(words.GROUPS, [" ".join(said.groups)] if said.groups else [], "text"),
    ]
