"""The form for a new session, which is also the welcome of a user without one.

Roles of account access manager belong to a session. With the address of their portal, the form
asks which one, or for the start URL of a new one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.domain.access_role import Tenant, known_tenant
from rolecall.domain.account_access import part_of_portal
from rolecall.domain.config.file_change import Change
from rolecall.domain.credentials.console import assignment_in
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import SsoSession
from rolecall.presentation import labels
from rolecall.presentation.texts import sign_in_strings
from rolecall.presentation.texts.errors import error_strings
from rolecall.ui.screens.base.form import TALL_FOR_FIVE
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note
from rolecall.ui.screens.sign_in.session_form import SessionForm


class NewSessionScreen(SessionForm):
    """The result is the session to sign in to, a new one or one with roles, which is written
    afterwards: see `located`.
    """

    step = labels.SESSION_STEP
    act = "sign_in"
    title_text = sign_in_strings.NEW_SESSION_TITLE

    def __init__(self, regions: Sequence[str], *, is_first: bool) -> None:
        super().__init__(regions)
        sessions = self.host.state.sessions
        self._named = {each.name: each for each in sessions if each.name is not None}
        self._tenants = [each.tenant for each in sessions]
        self.assignment: tuple[str, str] | None = None  # of a link that was pasted
        self._is_first = is_first
        if is_first:
            self.step = sign_in_strings.WELCOME_STEP
            self.title_text = sign_in_strings.WELCOME_TITLE

    def fields(self) -> Sequence[FieldSpec]:
        hint = sign_in_strings.START_URL_HINT
        sessions = *self._named, sign_in_strings.ANOTHER_SESSION
        return (
            FieldSpec("start_url", labels.START_URL, hint=hint),
            FieldSpec("session", labels.SESSION, choices=sessions),
            FieldSpec("portal", labels.ACCESS_PORTAL, hint=hint),
            FieldSpec("region", labels.REGION, suggestions=self.regions),
            FieldSpec("name", sign_in_strings.SESSION_NAME),
        )

    @property
    def tall(self) -> int:
        values = self._values()
        is_new_with_roles = self._tenant(values) is not None and self.gets_roles(values) is None
        return TALL_FOR_FIVE if is_new_with_roles else super().tall

    def introduction(self) -> ComposeResult:
        if self._is_first:
            yield Static(sign_in_strings.WELCOME, id="welcome", markup=False)

    def show_asked_fields(self) -> None:
        """The welcome makes room for the fields that follow the address."""
        super().show_asked_fields()
        values = self._values()
        for welcome in self.query("#welcome"):
            welcome.display = not (self.address(values) or self._tenant(values))

    def address_field(self, values: FormValues) -> str:
        return "portal" if self._tenant(values) else "start_url"

    def gets_roles(self, values: FormValues) -> SsoSession | None:
        """Return the session of the file that gets the portal's roles; None if a new one does."""
        return self._named.get(values["session"]) if self._tenant(values) else None

    def unasked(self, values: FormValues) -> Collection[str]:
        """The name is suggested once the address is complete."""
        if self._tenant(values) is None:
            hidden = {"session", "portal"}
        elif not self._named:
            hidden = {"session"}
        elif values["session"] == sign_in_strings.ANOTHER_SESSION:
            hidden = set()
        else:
            return "portal", "region", "name"
        return {*hidden, *super().unasked(values), *(() if self.address(values) else ("name",))}

    def is_region_asked(self, values: FormValues) -> bool:
        return self.gets_roles(values) is None and super().is_region_asked(values)

    def follow(self, changed: str, values: FormValues) -> FormValues:
        """The name follows the start URL, and the session follows the address of a portal.

        The state has the sessions: `notes` reads the file, in a thread.
        """
        field_id, sessions = self.address_field(values), self.host.state.sessions
        if changed not in {"start_url", field_id}:
            return {}
        followed = {}
        if changed == "start_url" and (tenant := self._tenant(values)):
            likely = self.edits.session_of(tenant, sessions)
            followed["session"] = likely.name or "" if likely else ""
        try:
            name = self.edits.suggest_session_name(values[field_id], sessions)
        except RolecallError:
            name = ""
        return {**followed, "name": name}

    def notes(self, values: FormValues) -> dict[str, Note]:
        about_roles = {}
        if self._tenant(values):
            about_roles["start_url"] = Note(sign_in_strings.ROLES_OF_A_SESSION)
            if self.gets_roles(values) is not None:
                return about_roles
            if "portal" in self.unasked(values):
                return about_roles | {"session": Note(sign_in_strings.WHICH_SESSION, stops=True)}
        elif part_of_portal(typed := values["start_url"]) and (note := self.tenant_note(typed)):
            return {"start_url": note}
        notes, name = about_roles | super().notes(values), values["name"]
        url = self.address(values)
        if url and (problem := self.edits.check_session_name(name, url)):
            words = error_strings.SESSION_NAME_PROBLEMS[problem].format(subject=name)
            notes["name"] = Note(words, stops=True)
        return notes

    def plan(self, values: FormValues) -> Change:
        if session := self.gets_roles(values):
            return self.edits.plan_edit(session, self.filled_in(values))
        return self.edits.plan_session(*self._new(values))

    def filled_in(self, values: FormValues) -> SsoSession:
        if session := self.gets_roles(values):
            return self.edits.with_roles(session, self._tenant(values))
        return self.edits.new_session(*self._new(values))

    def about_region(self, before: str, after: str) -> str:
        return super().about_region(before, after) if before else ""

    def submit(self, values: FormValues, change: Change) -> SsoSession | None:
        before = self.gets_roles(values)
        self.assignment = None if before else assignment_in(values["start_url"])
        return self.to_sign_in(before)

    def _tenant(self, values: FormValues) -> Tenant | None:
        """Return the tenant if the address of an access portal, or a known ID, is typed."""
        return known_tenant(values["start_url"], self._tenants)

    def _new(self, values: FormValues) -> tuple[str, str, str, Tenant | None]:
        address = values[self.address_field(values)]
        return values["name"], address, values["region"], self._tenant(values)
