"""A table in a box, to choose one of several things that an action of the settings needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from threading import Event

from textual import work

from rolecall.domain.errors import RolecallError
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.commands import Command, Place
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import action_strings
from rolecall.services.runs.actions import Choice, columns_of
from rolecall.ui.screens.base.box import BoxTable
from rolecall.ui.widgets.table.columns import Column

ChoiceRow = tuple[str, ...]


class ListingScreen(BoxTable[ChoiceRow]):
    """Shows that the choices are being listed; `choices` has them when the screen closes."""

    place = Place.CHOICES
    noun = action_strings.CHOICES_NOUN

    def __init__(
        self,
        step: str,
        about: Sequence[str],
        command: str,
        get: Callable[[Event], list[Choice]],
    ) -> None:
        super().__init__()
        self.step = _step(step, about)
        self.choices: list[Choice] | None = None
        self._text = action_strings.LISTING.format(command=safe(command))
        self._get = get
        self._stopped = Event()

    def columns(self) -> Sequence[Column[ChoiceRow]]:
        return (Column("choice", action_strings.CHOICE, lambda row: row[0]),)

    def rows(self) -> Sequence[ChoiceRow]:
        return ()

    def placeholder(self) -> str:
        return self._text

    def on_mount(self) -> None:
        self._list()

    def on_unmount(self) -> None:
        self._stopped.set()

    @work
    async def _list(self) -> None:
        try:
            self.choices = await self.in_thread(lambda: self._get(self._stopped))
        except RolecallError as error:
            self._text = explain(error)
            self.show_state()
            return
        self._close_if_seen()

    def on_screen_resume(self) -> None:
        self._close_if_seen()

    def _close_if_seen(self) -> None:
        """Close if there are choices, which open over this screen; but not below the help."""
        if self.choices is not None and self.is_active:
            self.dismiss(None)

    def offers(self, command: Command) -> bool:
        return command.id != "choose" and super().offers(command)


class ChoicesScreen(BoxTable[ChoiceRow]):
    """`chosen` is the choice, or None after Esc."""

    place = Place.CHOICES
    noun = action_strings.CHOICES_NOUN

    def __init__(self, step: str, about: Sequence[str], choices: Sequence[Choice]) -> None:
        self._names = columns_of(choices)
        self._choices = {
            tuple(safe(each.get(name, "")) for name in self._names): each for each in choices
        }
        self.chosen: Choice | None = None
        self.step = _step(step, about)
        super().__init__()

    def columns(self) -> Sequence[Column[ChoiceRow]]:
        return [
            Column(
                str(index),
                safe(name) or action_strings.CHOICE,
                itemgetter(index),
                "accent" if index == 0 else None,
                minimum=8,
                drop_order=index,
                is_name=index == 0,
            )
            for index, name in enumerate(self._names)
        ]

    def rows(self) -> Sequence[ChoiceRow]:
        return list(self._choices)

    def do_choose(self) -> None:
        if row := self.current:
            self.chosen = self._choices[row]
            self.dismiss(None)


def _step(name: str, about: Sequence[str]) -> str:
    return labels.SEPARATOR.join((name, *filter(None, about)))
