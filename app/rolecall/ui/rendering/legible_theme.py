"""Turns a theme of Textual into one of rolecall: with all colours, and legible.

Text has a contrast of 4.5:1 with what is behind it (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from typing import Final

from textual.color import BLACK, WHITE, Color
from textual.theme import Theme

CONTRAST: Final = 4.5
_STEPS: Final = 20
# Hues of production, of what expires soon, and of errors: red is production only.
_RED, _ORANGE, _MAGENTA = 0.0, 28 / 360, 300 / 360


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    channels = [each / 255 for each in color.rgb]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def legible(color: Color, *backgrounds: Color) -> Color:
    """Return the colour, lighter or darker until it can be read on these backgrounds."""
    end = max((BLACK, WHITE), key=lambda each: min(contrast(each, b) for b in backgrounds))
    for step in range(_STEPS + 1):
        found = color.blend(end, step / _STEPS)
        if all(contrast(found, background) >= CONTRAST for background in backgrounds):
            return found
    return end


def from_textual(theme: Theme) -> Theme:
    """Return a theme of Textual with the variables that the style sheets of rolecall use."""
    background = Color.parse(theme.background or ("#121212" if theme.dark else "#ffffff"))
    bar = background.blend(WHITE if theme.dark else BLACK, 0.06)
    panel = background.blend(WHITE if theme.dark else BLACK, 0.12)
    text = Color.parse(theme.foreground or ("#e0e0e0" if theme.dark else "#202020"))
    primary = Color.parse(theme.primary)

    def on_all(color: str | Color | None) -> Color:
        return legible(Color.parse(color or primary), background, bar, panel)

    foreground = on_all(text)
    muted = on_all(foreground.blend(background, 0.4))
    cursor = background.blend(primary, 0.45)
    _, saturation, lightness = Color.parse(theme.error or "#d75f5f").hsl

    def alarm(hue: float) -> Color:
        return on_all(Color.from_hsl(hue, saturation, lightness))

    production = Color.parse("#d70000")
    accent = on_all(theme.accent or theme.warning)
    badge_text = legible(background, accent)
    secondary = legible(Color.parse(theme.secondary or primary), badge_text)
    variables = {
        "muted": muted,
        "dimmed": foreground.blend(background, 0.6),
        "strong": on_all(foreground.blend(WHITE if theme.dark else BLACK, 0.5)),
        "bar": bar,
        "border": primary.blend(background, 0.45),
        "heading": on_all(primary),
        "tab": primary,
        "tab-text": legible(background, primary),
        "cursor": cursor,
        "cursor-text": legible(foreground, cursor),
        "cursor-muted": legible(muted, cursor),
        "cursor-blurred": panel,
        "production": production,
        "production-text": WHITE,
        "production-name": alarm(_RED),
        "urgent": alarm(_ORANGE),
        "badge-text": badge_text,
        "input-selection-background": background.blend(primary, 0.6),
    }
    return Theme(
        name=f"rolecall-{theme.name}",
        dark=theme.dark,
        primary=on_all(primary).hex,
        secondary=secondary.hex,
        accent=accent.hex,
        foreground=foreground.hex,
        background=background.hex,
        surface=background.hex,
        panel=panel.hex,
        success=on_all(theme.success or "#5faf5f").hex,
        warning=on_all(theme.warning or "#d7af5f").hex,
        error=alarm(_MAGENTA).hex,
        variables={name: color.hex for name, color in variables.items()},
    )
