"""Rows, columns and texts for the tests of the table."""

from __future__ import annotations

from hypothesis import strategies as st

from rolecall.ui.widgets.table.columns import Column

Row = tuple[str, str]  # key, name

NAMES = ["audit", "prod", "prod-audit", "staging", "監査ログ", "sandbox", "claudia"]
ROWS: list[Row] = [(str(i), name) for i, name in enumerate(NAMES)]
COLUMNS = (
    Column[Row]("name", "Name", lambda row: row[1], minimum=6),
    Column[Row]("key", "Key", lambda row: row[0], lambda row: "muted", 4, align="right"),
)

# Difficult texts: wide, combining, joined, right to left, cut off.
any_text = st.text(
    st.sampled_from("a …監ﾃ👩\u200d👧❤\ufe0f👍🏽🇯🇵e\u0301\u0308가ᄀ\u1161ﷺ\u202e\x1b\t\n")
    | st.characters(),
    max_size=30,
)
