"""rolecall's themes: dark, light, the colours of the terminal, and those of Textual.

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

DARK: Final = Theme(
    name="rolecall-dark",
    dark=True,
    primary="#87afff",
    secondary="#5fafaf",
    accent="#ffaf5f",
    foreground="#d0d0d0",
    background="#121212",
    surface="#121212",
    panel="#262626",
    success="#87d787",
    warning="#ffd75f",
    error="#ff5f5f",
    variables={
        "muted": "#8a8a8a",
        "faint": "#585858",
        "strong": "#eeeeee",
        "bar": "#1c1c1c",
        "border": "#5f5f87",
        "dimmed": "#585858",
        "heading": "#87afff",
        "tab": "#5f87d7",
        "tab-text": "#000000",
        "cursor": "#005f87",
        "cursor-text": "#ffffff",
        "cursor-blurred": "#303030",
        "production": "#d70000",
        "production-text": "#ffffff",
        "badge-text": "#121212",
        "input-selection-background": "#444444",
    },
)

LIGHT: Final = Theme(
    name="rolecall-light",
    dark=False,
    primary="#005faf",
    secondary="#005f5f",
    accent="#875f00",
    foreground="#303030",
    background="#ffffff",
    surface="#ffffff",
    panel="#e4e4e4",
    success="#005f00",
    warning="#875f00",
    error="#af0000",
    variables={
        "muted": "#6c6c6c",
        "faint": "#b2b2b2",
        "strong": "#000000",
        "bar": "#eeeeee",
        "border": "#8787af",
        "dimmed": "#b2b2b2",
        "heading": "#005faf",
        "tab": "#005faf",
        "tab-text": "#ffffff",
        "cursor": "#005faf",
        "cursor-text": "#ffffff",
        "cursor-blurred": "#dadada",
        "production": "#d70000",
        "production-text": "#ffffff",
        "badge-text": "#ffffff",
        "input-selection-background": "#c6c6c6",
    },
)

TERMINAL: Final = Theme(
    name="rolecall-terminal",
    dark=True,
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    variables={
        "muted": "ansi_default",
        "faint": "ansi_default",
        "strong": "ansi_default",
        "bar": "ansi_default",
        "border": "ansi_default",
        "dimmed": "ansi_bright_black",
        "heading": "ansi_default",
        "tab": "ansi_blue",
        "tab-text": "ansi_white",
        "cursor": "ansi_default",
        "cursor-text": "ansi_default",
        "cursor-blurred": "ansi_default",
        "production": "ansi_red",
        "production-text": "ansi_white",
        "badge-text": "ansi_black",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_bright_blue",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_bright_blue",
        "screen-selection-foreground": "ansi_black",
    },
)

THEMES: Final = (DARK, LIGHT, TERMINAL)


def theme_named(name: str) -> Theme | None:
    """Return rolecall's or Textual's theme with this name, as in the settings; None if unknown."""
    own = {f"rolecall-{name}": each for each in THEMES if each.name == f"rolecall-{name}"}
    if own or name not in BUILTIN_THEMES:
        return own.get(f"rolecall-{name}")
    return legible_theme.from_textual(BUILTIN_THEMES[name])


def first_theme(environ: Mapping[str, str], setting: str = "auto") -> str:
    """Return the name of the first theme: ROLECALL_THEME, else the setting, else what suits the
    terminal.
    """
    for wanted in (environ.get("ROLECALL_THEME", ""), setting):
        if wanted in settings.THEMES and wanted != "auto":
            return f"rolecall-{wanted}"
    if capabilities.has_few_colours(environ):
        return TERMINAL.name
    return LIGHT.name if capabilities.light_background(environ) else DARK.name


def set_first_theme(app: App[Any], name: str) -> None:
    """Set the theme of an app that has not started yet.

    An assignment to `app.theme` would parse every style sheet again.
    """
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
