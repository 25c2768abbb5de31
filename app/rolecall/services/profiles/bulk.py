"""Save many profiles with one write of ~/.aws/config."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rolecall.domain.config.file_change import Change
from rolecall.domain.errors import TemplateInvalid
from rolecall.domain.inventory.annotations import NOTHING
from rolecall.domain.model import Assignment, Profile, SsoSession
from rolecall.domain.naming.region_rule import RegionRule
from rolecall.domain.naming.template import Template
from rolecall.domain.profiles.plan import NamingRules, Outcome, Planned, PlanRow, fix, plan
from rolecall.domain.records import dataclass, replace
from rolecall.domain.settings.settings import DEFAULTS
from rolecall.domain.text import original
from rolecall.files.aws_config.config_edits import DeleteProfile, SaveProfile
from rolecall.services.profiles.profiles import ProfilesService
from rolecall.services.team.annotations import AnnotationsService


@dataclass(frozen=True, slots=True)
class BulkService:
    """Plans and saves many profiles at once."""

    profiles: ProfilesService
    annotations: AnnotationsService

    def rows(self, chosen: Iterable[tuple[SsoSession, Assignment]]) -> list[PlanRow]:
        """Return the rows of the plan. Raises FileError."""
        shorten = self.profiles.settings.settings.shorten
        said = self.annotations.read()

        def alias(each: Assignment) -> str:
            return said.get(each.account.id, NOTHING).alias

        return [PlanRow(session, each, shorten, alias(each)) for session, each in chosen]

    def default_rules(self, session: SsoSession) -> NamingRules:
        """Return the naming rules from the settings and the file. Raises FileError."""
        settings = self.profiles.settings.settings
        try:
            template = Template.parse(settings.template)
        except TemplateInvalid:
            template = Template.parse(DEFAULTS.template)
        return NamingRules(
            template=template,
            regions=RegionRule.of(settings.regions, self.profiles.default_region(session)),
            output=self.profiles.default_output(),
        )

    def rules(
        self,
        session: SsoSession,
        *,
        template: str | None = None,
        region: str | None = None,
        output: str | None = None,
    ) -> NamingRules:
        """Return the default rules with these changes. A region or output is set in all rows.

        Raises TemplateInvalid, RegionInvalid and FileError.
        """
        rules = self.default_rules(session)
        if template is not None:
            rules = replace(rules, template=Template.parse(template))
        if region is not None:
            rules = replace(rules, regions=RegionRule.parse(region), region_for_all=True)
        if output is not None:
            rules = replace(rules, output=output, output_for_all=True)
        return rules

    def plan_rows(
        self,
        rows: Sequence[PlanRow],
        rules: NamingRules,
        deleted: Sequence[Profile] = (),
        *,
        fix_names: bool = False,
    ) -> list[Planned]:
        """Plan the profiles of the rows once the `deleted` ones are gone. Raises FileError.

        `fix_names` repairs names that are bad or collide.
        """
        existing = self.profiles.existing().without(deleted)
        planned = plan(rows, rules, existing)
        if fix_names and fix(planned, existing):
            planned = plan(rows, rules, existing)
        return planned

    def plan(self, planned: Sequence[Planned], deleted: Sequence[Profile] = ()) -> Change:
        """Plan to delete the `deleted` profiles and to save the planned ones.

        Profiles that are already as planned are left alone. Raises FileError, and ValueError if a
        row has a problem that stops the plan.
        """
        if any(each.outcome.stops for each in planned):
            raise ValueError("the plan has rows that cannot be written")
        deletes = [DeleteProfile(original(each.name)) for each in deleted]
        saves = [self._edit(each) for each in planned if each.outcome is not Outcome.SAME]
        return self.profiles.config.plan([*deletes, *saves])

    def _edit(self, planned: Planned) -> SaveProfile:
        """Return all keys of a new profile, or only the changed keys of an existing one."""
        existing, row = planned.profile if planned.outcome is Outcome.UPDATES else None, planned.row
        values = {} if existing else self.profiles.keys_of(row.session, row.assignment)
        for key in ("region", "output"):
            wanted = getattr(planned, key)
            if existing is None or wanted != (getattr(existing, key) or ""):
                values[key] = wanted or None
        session = "" if existing else original(row.session.name or "")
        return SaveProfile(original(planned.name), values, session)
