"""A role by way of an SSO profile: role chaining, as a profile that every client can use."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.model import Profile
from rolecall.presentation import labels, profile_strings
from rolecall.services.profile_changes import Chain, Change
from rolecall.ui.screens.base.form import Field, Note, region_note
from rolecall.ui.screens.base.profile_form import ProfileForm, name_note


class ChainProfileScreen(ProfileForm):
    """The new profile's name follows the role's until it is typed."""

    tall = 40

    def __init__(self, source: Profile, regions: Sequence[str]) -> None:
        super().__init__(profile_strings.CHAIN_OF.format(name=source.name), regions)
        self._source = source
        self._named = False

    @property
    def about(self) -> Sequence[str]:
        return self.rolecall.state.names_of(self._source)

    def fields(self) -> Sequence[Field]:
        words = profile_strings
        return (
            Field("role_arn", words.ROLE_ARN, hint=words.ROLE_ARN_HINT),
            Field("name", labels.PROFILE),
            Field("region", labels.REGION, self._source.region or "", suggestions=self._regions),
            Field("mfa_serial", words.MFA_SERIAL, hint=words.OPTIONAL_HINT),
            Field("external_id", words.EXTERNAL_ID, hint=words.OPTIONAL_HINT),
            Field("duration", words.DURATION, hint=words.DURATION_HINT),
        )

    def values_changed(self, field_id: str) -> None:
        if field_id == "name":
            self._named = bool(self.value("name"))
        elif field_id == "role_arn" and not self._named:
            self.set_value("name", self._service.suggest_chain_name(self._typed()))

    def _typed(self) -> Chain:
        return Chain(
            name=self.value("name"),
            source=self._source.name,
            role_arn=self.value("role_arn"),
            region=self.value("region"),
            mfa_serial=self.value("mfa_serial"),
            external_id=self.value("external_id"),
            duration=self.value("duration"),
        )

    def notes(self) -> dict[str, Note]:
        chain = self._typed()
        notes = {"region": region_note(chain.region, self._regions, required=False)}
        if chain.mfa_serial:
            notes["mfa_serial"] = Note(profile_strings.MFA_ASKS)
        for field, problem in chain.problems().items():
            text = profile_strings.CHAIN_PROBLEMS[problem]
            notes[field] = Note(text if self.value(field) else "", stops=True)
        if chain.name or chain.role_arn:
            check = self.rolecall.services.profiles.check_free(chain.name)
            notes["name"] = name_note(check)
        return notes

    def plan(self) -> Change:
        return self._service.plan_chain(self._typed())
