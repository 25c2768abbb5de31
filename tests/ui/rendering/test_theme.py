"""The themes: every text can be read."""

from __future__ import annotations

import itertools

import pytest
from textual.color import Color
from textual.theme import Theme

from rolecall.domain.settings import settings
from rolecall.ui.rendering.legible_theme import CONTRAST, contrast
from rolecall.ui.rendering.theme import DARK, LIGHT, first_theme, next_theme, theme_named
from rolecall.ui.widgets.detail_pane import DetailPane
from rolecall.ui.widgets.table.columns import LEVEL_STYLES
from rolecall.ui.widgets.table.virtual_table import VirtualTable
from tests.support.for_each import for_each

NAMES = [name for name in settings.THEMES if name not in {"auto", "terminal"}]
LEVELS = ("success", "warning", "urgent", "error")
ON_PAPER = ("foreground", "muted", "strong", "heading", *LEVELS, "accent", "production-name")
ON_BAR = ("foreground", "muted", "strong", "accent")
PAIRS = [
    *((text, "background") for text in ON_PAPER),
    *((text, "bar") for text in ON_BAR),
    *((text, "panel") for text in ("strong", "muted", *LEVELS)),
    *(("cursor-text", "cursor"), ("cursor-muted", "cursor"), ("foreground", "cursor-blurred")),
    *(("tab-text", "tab"), ("production-text", "production")),
    *(("badge-text", "accent"), ("badge-text", "secondary")),
]


def colour(theme: Theme, name: str) -> Color:
    value = theme.variables.get(name) or getattr(theme, name)
    return Color.parse(value)


@for_each("name", NAMES)
def test_every_text_can_be_read_on_what_is_behind_it(name: str) -> None:
    theme = theme_named(name)
    assert theme is not None
    found = {pair: contrast(*(colour(theme, each) for each in pair)) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in found.items() if ratio < CONTRAST} == {}


def palette() -> set[str]:
    """The colours of xterm's palette after the first 16: a cube of 6 × 6 × 6, and 24 greys."""
    cube = itertools.product((0, 95, 135, 175, 215, 255), repeat=3)
    greys = ((level, level, level) for level in range(8, 248, 10))
    return {Color(r, g, b).hex.lower() for r, g, b in (*cube, *greys)}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_colour_of_rolecalls_themes_is_in_xterms_palette(theme: Theme) -> None:
    values = [*vars(theme).values(), *theme.variables.values()]
    colours = {each for each in values if isinstance(each, str) and each.startswith("#")}
    assert len(colours) > 10
    assert colours - palette() == set()


def test_the_contrast_is_that_of_wcag() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_all_themes_of_the_settings_exist() -> None:
    assert all(theme_named(name) for name in settings.THEMES if name != "auto")
    assert theme_named("textual-dark") is None, "a theme of Textual that is not offered"
    assert theme_named("no-such-theme") is None


@for_each("name", NAMES)
def test_red_is_production_only(name: str) -> None:
    theme = theme_named(name)
    assert theme is not None
    reds = ("production", "production-name")
    others = ("success", "warning", "urgent", "error", "accent", "heading")
    hues = {each: colour(theme, each).hsl[0] * 360 for each in (*reds, *others)}
    assert {each for each in hues if hues[each] < 12 or hues[each] > 345} == set(reds)


def test_the_environment_and_the_settings_name_the_first_theme() -> None:
    assert first_theme({"ROLECALL_THEME": "nord"}, "dark") == "rolecall-nord"
    assert first_theme({"ROLECALL_THEME": "no-such-theme"}, "gruvbox") == "rolecall-gruvbox"
    assert first_theme({"TERM": "xterm"}) == "rolecall-terminal"
    assert next_theme("rolecall-nord") == "rolecall-dark"
    assert next_theme("rolecall-terminal") == "rolecall-dark"


def test_tables_and_panes_have_a_style_for_every_expiry() -> None:
    for widget, prefix in ((VirtualTable, "virtual-table"), (DetailPane, "detail-pane")):
        wanted = {f"{prefix}--{style}" for style in LEVEL_STYLES.values()}
        assert wanted <= widget.COMPONENT_CLASSES
