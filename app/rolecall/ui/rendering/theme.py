"""rolecall's themes: dark, light, the colours of the terminal, and some of Textual.

Red is production and nothing else. An expiry is `success`, then `warning`, then `urgent`.

Every colour of dark and light is one of the 256 of xterm's palette. Over SSH `COLORTERM` is usually
lost, and any other colour would be rounded to one of the palette.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from textual.app import App
from textual.theme import BUILTIN_THEMES, Theme

from rolecall.domain.settings import settings
from rolecall.terminal import capabilities
from rolecall.ui.rendering import legible_theme

# The colours of dark, light, and the terminal.
_COLOURS: Final = {
    "primary": ("#87afff", "#005faf", "ansi_blue"),
    "secondary": ("#5fafaf", "#005f5f", "ansi_cyan"),
    "accent": ("#ffaf5f", "#875f00", "ansi_yellow"),
    "foreground": ("#d0d0d0", "#303030", "ansi_default"),
    "background": ("#121212", "#ffffff", "ansi_default"),
    "surface": ("#121212", "#ffffff", "ansi_default"),
    "panel": ("#262626", "#e4e4e4", "ansi_default"),
    "success": ("#87d787", "#005f00", "ansi_green"),
    "warning": ("#ffd75f", "#5f5f00", "ansi_yellow"),
    "error": ("#d787d7", "#af00af", "ansi_magenta"),
}
_VARIABLES: Final = {
    "muted": ("#949494", "#626262", "ansi_default"),
    "strong": ("#eeeeee", "#000000", "ansi_default"),
    "bar": ("#1c1c1c", "#eeeeee", "ansi_default"),
    "border": ("#5f5f87", "#8787af", "ansi_default"),
    "dimmed": ("#585858", "#b2b2b2", "ansi_bright_black"),
    "heading": ("#87afff", "#005faf", "ansi_default"),
    "tab": ("#5f87d7", "#005faf", "ansi_blue"),
    "tab-text": ("#000000", "#ffffff", "ansi_white"),
    "cursor": ("#005f87", "#005faf", "ansi_default"),
    "cursor-text": ("#ffffff", "#ffffff", "ansi_default"),
    "cursor-muted": ("#d0d0d0", "#dadada", "ansi_default"),
    "cursor-blurred": ("#303030", "#dadada", "ansi_default"),
    "production": ("#d70000", "#d70000", "ansi_red"),
    "production-text": ("#ffffff", "#ffffff", "ansi_white"),
    "production-name": ("#ff5f5f", "#af0000", "ansi_red"),
    "urgent": ("#ff8700", "#875f00", "ansi_yellow"),
    "badge-text": ("#121212", "#ffffff", "ansi_black"),
    "input-selection-background": ("#444444", "#c6c6c6", "ansi_bright_blue"),
}
# What Textual would mix from other colours, which it cannot do with those of a terminal.
_TERMINAL_ONLY: Final = {
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "border-blurred": "ansi_default",
    "block-cursor-foreground": "ansi_default",
    "block-cursor-background": "ansi_default",
    "input-cursor-background": "ansi_default",
    "input-cursor-foreground": "ansi_default",
    "input-cursor-text-style": "reverse",
    "input-selection-foreground": "ansi_black",
    "screen-selection-background": "ansi_bright_blue",
    "screen-selection-foreground": "ansi_black",
}


def _theme(name: str, column: int, *, dark: bool = True, **options: Any) -> Theme:
    """Return the theme with the colours of this column."""
    colours: dict[str, Any] = {each: found[column] for each, found in _COLOURS.items()}
    variables = {each: found[column] for each, found in _VARIABLES.items()}
    variables |= _TERMINAL_ONLY if options else {}
    return Theme(f"rolecall-{name}", dark=dark, variables=variables, **colours, **options)


DARK: Final = _theme("dark", 0)
LIGHT: Final = _theme("light", 1, dark=False)
TERMINAL: Final = _theme("terminal", 2, ansi=True, boost="ansi_default")
THEMES: Final = (DARK, LIGHT, TERMINAL)


def theme_named(name: str) -> Theme | None:
    """Return the theme with this name, as in the settings; None if it is not offered."""
    own = {f"rolecall-{name}": each for each in THEMES if each.name == f"rolecall-{name}"}
    if own or name not in settings.THEMES or name not in BUILTIN_THEMES:
        return own.get(f"rolecall-{name}")
    return legible_theme.from_textual(BUILTIN_THEMES[name])


def first_theme(environ: Mapping[str, str], setting: str = "auto") -> str:
    """Return the name of the first theme, by ROLECALL_THEME, the setting, or the terminal."""
    for wanted in (environ.get("ROLECALL_THEME", ""), setting):
        if wanted in settings.THEMES and wanted != "auto":
            return f"rolecall-{wanted}"
    if capabilities.has_few_colours(environ):
        return TERMINAL.name
    return LIGHT.name if capabilities.light_background(environ) else DARK.name


def set_first_theme(app: App[Any], name: str) -> None:
    """Set the theme before the app starts. Assigning `app.theme` parses every style sheet again."""
    for each in THEMES:
        app.register_theme(each)
    register(app, name)
    app.set_reactive(App.theme, name)
    app.stylesheet.set_variables(app.get_css_variables())
    dark = app.current_theme.dark
    classes = {f"-theme-{name}": True, "-dark-mode": dark, "-light-mode": not dark}
    app.update_classes(classes, update=False)


def register(app: App[Any], name: str) -> None:
    """Let the app have this theme, which may be one of Textual's."""
    if name not in app.available_themes and (theme := theme_named(name.removeprefix("rolecall-"))):
        app.register_theme(theme)


def next_theme(name: str) -> str:
    """Return the name of rolecall's theme after this one; after the last comes the first."""
    names = [theme.name for theme in THEMES]
    place = names.index(name) + 1 if name in names else 0
    return names[place % len(names)]
