"""`e`: the form for the user's alias, note and groups of an account."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.config.file_change import Change
from rolecall.domain.inventory.annotations import (
    LONGEST_ALIAS,
    LONGEST_NOTE,
    MOST_GROUPS,
    Annotation,
    TomlProblem,
    is_group,
    one_line,
)
from rolecall.domain.model import Account
from rolecall.presentation.paths import as_written
from rolecall.presentation.texts import inventory_strings as words
from rolecall.ui.screens.base.form import FormScreen
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note


class AnnotateScreen(FormScreen[bool]):
    """The result is True if something was saved. `shared` is what the team's file says."""

    step = words.STEP
    act = "save"

    def __init__(self, account: Account, own: Annotation, shared: Annotation) -> None:
        super().__init__()
        self._account = account
        self._own = own
        self._shared = shared
        self.title_text = words.TITLE.format(account=account.name, account_id=account.id)

    def is_production(self, values: FormValues) -> bool:
        names = self._account.name, values["alias"], *values["groups"].split()
        return self.host.state.production.is_production(self._account.id, *names)

    @property
    def preview_path(self) -> str:
        return as_written(self.services.locations.accounts)

    def fields(self) -> Sequence[FieldSpec]:
        own, shared = self._own, self._shared
        return (
            _field("alias", words.ALIAS, own.alias, shared.alias, words.ALIAS_HELP),
            _field("note", words.NOTE, own.note, shared.note, words.NOTE_HELP),
            _field(
                "groups",
                words.GROUPS,
                " ".join(own.groups),
                " ".join(shared.groups),
                words.GROUPS_HELP,
            ),
        )

    def notes(self, values: FormValues) -> dict[str, Note]:
        groups = values["groups"].split()
        notes = {}
        for name, length, most in (
            ("alias", len(values["alias"]), LONGEST_ALIAS),
            ("note", len(values["note"]), LONGEST_NOTE),
            ("groups", len(groups), MOST_GROUPS),
        ):
            if length > most:
                notes[name] = _problem(name, TomlProblem.TOO_LONG, str(most))
        if bad := next((each for each in groups if not is_group(each)), ""):
            notes["groups"] = _problem("groups", TomlProblem.BAD_GROUP, bad)
        return notes

    def plan(self, values: FormValues) -> Change:
        groups = dict.fromkeys(values["groups"].split())
        typed = Annotation(one_line(values["alias"]), one_line(values["note"]), tuple(groups))
        return self.services.annotations.plan(self._account.id, typed)

    def submit(self, values: FormValues, change: Change) -> bool:
        self.services.annotations.commit(change)
        return not change.is_empty


def _field(name: str, label: str, own: str, shared: str, help_text: str) -> FieldSpec:
    hint = words.FROM_TEAM.format(value=shared) if shared else ""
    return FieldSpec(name, label, own, hint, help=help_text)


def _problem(name: str, problem: TomlProblem, detail: str) -> Note:
    return Note(words.FILE_PROBLEMS[problem].format(name=name, detail=detail), stops=True)
