"""`,`: the form for the common settings. The others can be set only in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rolecall.domain.config.file_change import Change
from rolecall.domain.settings import settings as domain
from rolecall.domain.settings.settings import ACTIONS, DEFAULTS, BadSetting, SettingProblem
from rolecall.domain.settings.shipped_actions import SHIPPED
from rolecall.presentation import labels
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import settings_strings
from rolecall.presentation.translation import available
from rolecall.services.base.settings import SettingsService
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.form import FormScreen
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note

_FOR_GROUPS: Final = 80  # columns of the terminal
_FOR_HELP: Final = 120
_FOR_WHOLE_HELP: Final = 40  # lines
_YES_OR_NO: Final = {settings_strings.YES: True, settings_strings.NO: False}
_SHOWN: Final = {"true": settings_strings.YES, "false": settings_strings.NO}


class SettingsScreen(FormScreen[bool]):
    """The result is True if something was saved."""

    step = labels.SETTINGS_STEP
    act = "save"
    CSS_PATH = stylesheets("box", "form", "settings")
    unchanged = settings_strings.UNCHANGED

    def __init__(
        self, service: SettingsService, path: str, regions: Sequence[str], first: str = ""
    ) -> None:
        super().__init__()
        self.first = first
        self._service = service
        self._before = service.settings  # they may be read again while the form is open
        self._own = service.last.own
        self._path = path
        self._regions = regions
        self.title_text = settings_strings.TITLE.format(path=path)

    @property
    def preview_path(self) -> str:
        return self._path

    def on_resize(self) -> None:
        """With room, each line has its group and its help, which a tall terminal shows whole."""
        self.set_class(self.app.size.width >= _FOR_GROUPS, "-groups")
        self.set_class(self.app.size.width >= _FOR_HELP, "-help")
        self.set_class(self.app.size.height >= _FOR_WHOLE_HELP, "-whole")

    def fields(self) -> Sequence[FieldSpec]:
        return [
            FieldSpec(
                name,
                label,
                self._shown(name),
                _hint(name),
                self._regions if name == "region" else (),
                _choices(name),
                settings_strings.HELP[name],
                settings_strings.GROUPS.get(name, ""),
            )
            for name, label in settings_strings.LABELS.items()
        ]

    def _shown(self, name: str) -> str:
        """Return the value as text. A text that is the default is empty, and a hint shows it."""
        if name == ACTIONS:
            return " ".join(each for each in SHIPPED if each in self._before.actions)
        value, choices = getattr(self._before, name), _choices(name)
        if name in {"production", "sign_in"}:  # what the team adds or forbids is not the user's
            value = self._own.get(name, getattr(DEFAULTS, name))
        if choices:
            return _text(value) or choices[0]
        return "" if value == getattr(DEFAULTS, name) else _text(value)

    def notes(self, values: FormValues) -> dict[str, Note]:
        notes: dict[str, Note] = {}
        for name, typed in values.items():
            value = _value(name, typed)
            if name == ACTIONS:
                notes |= _unknown_actions(typed)
            elif value is not None and (problem := domain.check(name, value)):
                detail = ", ".join(_choices(name)) or typed
                if problem is SettingProblem.NOT_YES_OR_NO:
                    problem = SettingProblem.CHOICE
                text = settings_strings.problem(BadSetting("", problem, detail))
                notes[name] = Note(text, stops=True)
        return notes

    def plan(self, values: FormValues) -> Change:
        return self._service.plan(self._changed(values))

    def _changed(self, values: FormValues) -> dict[str, Any]:
        """Return the settings that the user has changed, so that nothing else in the file moves."""
        changed = {name: typed for name, typed in values.items() if typed != self._shown(name)}
        switched = _switched(self._shown(ACTIONS), changed.pop(ACTIONS, self._shown(ACTIONS)))
        return {name: _value(name, typed) for name, typed in changed.items()} | switched

    def submit(self, values: FormValues, change: Change) -> bool:
        self._service.save(self._changed(values))
        return not change.is_empty


def _switched(before: str, after: str) -> dict[str, Any]:
    """Return the entries of the actions that rolecall brings and that are switched on or off."""
    was, wanted = set(before.split()), set(after.split())
    return {f"{ACTIONS}.{each}": each in wanted or None for each in SHIPPED if each in was ^ wanted}


def _unknown_actions(typed: str) -> dict[str, Note]:
    if set(typed.split()) <= set(SHIPPED):
        return {}
    problem = BadSetting("", SettingProblem.CHOICE, ", ".join(SHIPPED))
    return {ACTIONS: Note(settings_strings.problem(problem), stops=True)}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return settings_strings.YES if value else settings_strings.NO
    return f"{value:g}" if isinstance(value, float) else str(value)


def _choices(name: str) -> tuple[str, ...]:
    """Return the choices of a setting, the default first; none if any text will do."""
    default = getattr(DEFAULTS, name)
    if name == "language":
        return settings_strings.ENVIRONMENT, *available()
    choices = tuple(_SHOWN.get(each, each) for each in domain.choices(name))
    if not choices and isinstance(default, bool):
        choices = tuple(_YES_OR_NO)
    if not choices:
        return ()
    first = _text(default) or settings_strings.SUGGESTED
    return first, *(each for each in choices if each != first)


def _value(name: str, typed: str) -> Any:
    """Return the value for the file, or None for the default."""
    if not typed or typed in _choices(name)[:1]:
        return None
    if isinstance(getattr(DEFAULTS, name), bool):
        return _YES_OR_NO.get(typed.lower(), typed)
    if name in {"role_duration", "jobs"}:
        return int(typed) if typed.isascii() and typed.isdigit() else typed
    if name == "refresh_hours":
        try:
            number = float(typed)
        except ValueError:
            return typed
        return int(number) if number.is_integer() else number
    return typed


def _hint(name: str) -> str:
    """Return the default of a setting that is a text."""
    default = getattr(DEFAULTS, name)
    if name == "refresh_hours":
        return settings_strings.HOURS_HINT.format(value=default)
    if name in settings_strings.HINTS:
        return settings_strings.HINTS[name]
    value = _text(default) or settings_strings.FROM_CONFIG.format(path=config_file())
    return settings_strings.DEFAULT.format(value=value)
