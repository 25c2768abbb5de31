"""The form that changes the addresses and the region of a session."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rolecall.domain.config.file_change import Change
from rolecall.domain.model import SsoSession
from rolecall.presentation import labels
from rolecall.presentation.texts import sign_in_strings
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note
from rolecall.ui.screens.sign_in.session_form import SessionForm


class EditSessionScreen(SessionForm):
    """The result is the session as it is now, or as a sign-in will write it: see `located`."""

    step = labels.EDIT_STEP
    act = "save"

    def __init__(self, session: SsoSession, regions: Sequence[str]) -> None:
        super().__init__(regions)
        self._session = session
        self.title_text = sign_in_strings.EDIT_TITLE.format(name=session.label)

    def fields(self) -> Sequence[FieldSpec]:
        session = self._session
        return (
            FieldSpec("start_url", labels.START_URL, session.start_url),
            FieldSpec("region", labels.REGION, session.region, suggestions=self.regions),
            FieldSpec(
                "tenant",
                labels.ACCOUNT_ACCESS,
                session.tenant.address if session.tenant else "",
                sign_in_strings.TENANT_HINT,
            ),
        )

    def unasked(self, values: FormValues) -> Collection[str]:
        """The region stays while an address is typed, so that Tab leads to it at any time."""
        return super().unasked(values) if self.address(values) else ()

    def notes(self, values: FormValues) -> dict[str, Note]:
        notes = super().notes(values)
        typed = values["tenant"].strip()
        if typed and (note := self.tenant_note(typed)):
            notes["tenant"] = note
        return notes

    def filled_in(self, values: FormValues) -> SsoSession:
        typed = values["start_url"], values["region"], values["tenant"]
        return self.edits.edited(self._session, *typed)

    def plan(self, values: FormValues) -> Change:
        return self.edits.plan_edit(self._session, self.filled_in(values))

    def submit(self, values: FormValues, change: Change) -> SsoSession | None:
        edited = self.filled_in(values)
        if self.edits.needs_sign_in(self._session, edited):
            return self.to_sign_in(self._session)
        self.located = None
        self.edits.commit(change)
        return edited
