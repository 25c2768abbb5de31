"""The base of the forms of a session, which is written only after a sign-in in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual import work

from rolecall.domain import start_url
from rolecall.domain.errors import RegionInvalid, RolecallError, Unreachable
from rolecall.domain.errors.role_errors import RoleError
from rolecall.domain.model import SsoSession
from rolecall.domain.text import safe
from rolecall.domain.text.closest_match import closest_match
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import sign_in_strings
from rolecall.services.sign_in.region_search import Asked, Found, RegionSearch
from rolecall.services.sign_in.sign_in import Located
from rolecall.ui.screens.base.form import FormScreen
from rolecall.ui.screens.base.form_fields import FormValues, Note, Verdict, region_note


class SessionForm(FormScreen[SsoSession | None]):
    """Asks for the region if the address does not name it. If it is left empty, it is found."""

    trying = sign_in_strings.TRYING

    def __init__(self, regions: Sequence[str]) -> None:
        super().__init__()
        self.regions = regions
        self.sign_in = self.services.sign_in
        self.edits = self.services.session_edits
        self.located: Located | None = None
        self._found: dict[str, tuple[str, ...]] = {}  # by start URL: regions that give a code
        self._search: RegionSearch | None = None

    def on_mount(self) -> None:
        self._prepare()

    @work(exclusive=True, group="prepare")
    async def _prepare(self) -> None:
        await self.in_thread(self.services.portals.prepare)

    def filled_in(self, values: FormValues) -> SsoSession:
        """Return the session that the values describe. Runs in a thread. Raises RolecallError."""
        raise NotImplementedError

    def address_field(self, values: FormValues) -> str:
        """Return the ID of the field with the start URL."""
        return "start_url"

    def address(self, values: FormValues) -> str:
        """Return the start URL as it is written; empty while it is not one."""
        try:
            return start_url.normalise(values[self.address_field(values)])
        except RolecallError:
            return ""

    def tenant_note(self, typed: str) -> Note | None:
        """Return why the text is not the address of an account access portal, if it is not."""
        try:
            self.edits.tenant_at(typed)
        except RoleError as error:
            return Note(explain(error), stops=True)
        return None

    def unasked(self, values: FormValues) -> Collection[str]:
        return () if self.is_region_asked(values) else ("region",)

    def is_region_asked(self, values: FormValues) -> bool:
        url = self.address(values)
        return bool(url) and not start_url.region_of(url)

    def notes(self, values: FormValues) -> dict[str, Note]:
        field_id = self.address_field(values)
        typed = values[field_id]
        try:
            url = start_url.normalise(typed)
        except RolecallError as error:
            return {field_id: Note(explain(error) if typed else "", stops=True)}
        if start_url.region_of(url):
            return {}
        region = values["region"]
        if not region:
            return {"region": Note(sign_in_strings.REGION_IS_FOUND)}
        return {"region": region_note(region, self.regions, required=True)}

    def try_out(self, values: FormValues) -> FormValues:
        """Ask for a device code: a wrong start URL or region must not be written. An unknown region
        is found, also through a company's own domain.
        """
        self.sign_in.check_writable()
        session = self.filled_in(values)
        found = self._found.get(session.start_url, ())
        if session.region in found:
            others = tuple(each for each in found if each != session.region)
            self.located = Located(session, others)
        else:
            self.located = self.sign_in.locate(session, self._tell, self._run)
            regions = self.located.session.region, *self.located.others
            self._found[session.start_url] = regions
        region = self.located.session.region
        return {**values, "region": region} if self.is_region_asked(values) else values

    def to_sign_in(self, before: SsoSession | None) -> SsoSession:
        """Return the session that was tried; `before` is the one of the file that it changes."""
        assert self.located is not None
        self.located = self.located._replace(before=before)
        return self.located.session

    def asks_again(self, before: FormValues, after: FormValues) -> str:
        """Ask which region it is if several give a code, and if it is not what was typed."""
        if before["region"] == after["region"]:
            return ""
        if self.located is not None and self.located.others:
            regions = ", ".join(self._found[self.located.session.start_url])
            return sign_in_strings.REGION_MAY_BE.format(regions=regions)
        return self.about_region(before["region"], after["region"])

    def about_region(self, _before: str, after: str) -> str:
        """Return what to say about a region that is not what was typed, if it needs Enter."""
        return sign_in_strings.REGION_IS.format(region=after)

    def _run(self, search: RegionSearch) -> list[Found]:
        self._search = search
        return search.run()

    def _tell(self, asked: Asked) -> None:
        self.report(sign_in_strings.FINDING_REGION.format(**asked._asdict()))

    def do_cancel(self) -> None:
        if self._search is not None:
            self._search.stop()
        super().do_cancel()

    def verdict_on_trial(self, error: RolecallError, values: FormValues) -> Verdict:
        """If nothing answers, Identity Center is usually in another region."""
        region = "" if "region" in self.unasked(values) else values["region"]
        if not region or not isinstance(error, RegionInvalid | Unreachable):
            return Verdict({}, problem=explain(error), field_id=self.address_field(values))
        near = "" if region in self.regions else closest_match(region, self.regions)
        words = sign_in_strings.REGION_NOT_THERE.format(region=safe(region), near=near)
        return Verdict({}, problem=words if near else explain(error), field_id="region")
