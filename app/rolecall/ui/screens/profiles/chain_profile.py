"""The form for role chaining: a profile that assumes a role through an SSO profile."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.arns import account_in
from rolecall.domain.config.file_change import Change
from rolecall.domain.model import Profile
from rolecall.presentation import labels
from rolecall.presentation.texts import profile_strings
from rolecall.services.profiles.profile_edits import Chain
from rolecall.ui.screens.base.form_fields import FieldSpec, FormValues, Note, region_note
from rolecall.ui.screens.profiles.profile_form import ProfileForm, name_note


class ChainProfileScreen(ProfileForm):
    step = labels.ROLE_STEP

    def __init__(self, source: Profile, regions: Sequence[str]) -> None:
        super().__init__(profile_strings.CHAIN_OF.format(name=source.name), regions)
        self._source = source

    @property
    def tall(self) -> int:
        return 40

    def is_production(self, values: FormValues) -> bool:
        is_production = self.host.state.production.is_production
        return is_production(account_in(values["role_arn"]), values["name"]) or is_production(
            self._source.acts_in, self._source.name
        )

    def fields(self) -> Sequence[FieldSpec]:
        words = profile_strings
        return (
            FieldSpec("role_arn", words.ROLE_ARN, hint=words.ROLE_ARN_HINT),
            FieldSpec("name", labels.PROFILE),
            FieldSpec(
                "region", labels.REGION, self._source.region or "", suggestions=self._regions
            ),
            FieldSpec("mfa_serial", words.MFA_SERIAL, hint=words.OPTIONAL_HINT),
            FieldSpec("external_id", words.EXTERNAL_ID, hint=words.OPTIONAL_HINT),
            FieldSpec("duration", words.DURATION, hint=words.DURATION_HINT),
        )

    def follow(self, changed: str, values: FormValues) -> FormValues:
        if changed != "role_arn":
            return {}
        return {"name": self._edits.suggest_chain_name(self._chain(values))}

    def _chain(self, values: FormValues) -> Chain:
        return Chain(source=self._source.name, **values)

    def notes(self, values: FormValues) -> dict[str, Note]:
        chain = self._chain(values)
        notes = {"region": region_note(chain.region, self._regions, required=False)}
        if chain.mfa_serial:
            notes["mfa_serial"] = Note(profile_strings.MFA_ASKS)
        for field, problem in chain.problems().items():
            text = profile_strings.CHAIN_PROBLEMS[problem]
            notes[field] = Note(text if values[field] else "", stops=True)
        if chain.name or chain.role_arn:
            notes["name"] = name_note(self.services.profiles.check_free(chain.name))
        return notes

    def plan(self, values: FormValues) -> Change:
        return self._edits.plan_chain(self._chain(values))
