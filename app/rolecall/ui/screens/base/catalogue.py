"""The base of Accounts and Permission sets. A crawl lists first what these tables show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.role_errors import TenantUnknown, TokenLacksScopes
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import labels, times
from rolecall.presentation.commands import BY_ID, with_keys
from rolecall.presentation.texts import (
    command_strings,
    inventory_strings,
    profile_strings,
    token_strings,
)
from rolecall.ui.screens.base.command import explained
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.state.rows import AccountRow, AssignmentRow, Wanted
from rolecall.ui.state.session_state import SessionState, total_progress
from rolecall.ui.widgets.detail_pane import DetailLine, section
from rolecall.ui.widgets.key_line import KeyHint

R = TypeVar("R", bound=AccountRow | AssignmentRow)


class CatalogueScreen(DetailScreen[R]):
    has_pages = True

    def __init__(self) -> None:
        super().__init__()
        self._is_streaming = False
        self._found: Sequence[R] = ()
        self._found_wanted: list[Wanted] = []

    def show_state(self) -> None:
        super().show_state()
        was_streaming = self._is_streaming
        self._is_streaming = any(each.crawling for each in self.host.state.shown)
        if was_streaming and not self._is_streaming:
            self.table.settle_columns()

    def is_early(self, key: str) -> bool:
        return self.host.state.awaits_welcome or super().is_early(key)

    # --- what the crawl asks for first

    def wanted(self) -> list[Wanted]:
        """Return what to list first: the current row, then the visible, then the filtered rows."""
        row = self.current
        seen = self.table.visible_rows if row is None else [row, *self.table.visible_rows]
        return [*_wanted(seen), *self._filtered()]

    def prioritise(self) -> None:
        if any(each.crawling for each in self.host.state.shown):
            self.flows.inventory.prioritise(self.wanted())

    def on_virtual_table_highlighted(self) -> None:
        self.prioritise()

    def on_virtual_table_filtered(self) -> None:
        self.prioritise()

    def on_screen_resume(self) -> None:
        self.prioritise()

    def _filtered(self) -> list[Wanted]:
        if not self.filter_bar.query_text:
            return []
        if self._found is not self.table.shown:
            self._found, self._found_wanted = self.table.shown, _wanted(self.table.shown)
        return self._found_wanted

    # --- the pages of the pane

    def profile_section(self, row: R) -> list[DetailLine]:
        """Return the profiles of a row, with a mark before the one that the shell uses."""
        state = self.host.state
        lines = section(labels.PROFILES, [each.name for each in state.profiles_of(row)], "accent")
        used = DetailLine(state.shell_profile, "accent", "  ")
        mark = f"{labels.IN_USE} "
        return [each._replace(lead=mark) if each == used else each for each in lines]

    async def config_lines(self, rows: Sequence[AssignmentRow]) -> list[DetailLine]:
        """Return the sections of the profiles, and what would be written for the other rows."""
        from rolecall.ui.screens.base.pages import planned_lines, section_lines

        state, lines = self.host.state, list[DetailLine]()
        found = {profile.name: profile for row in rows for profile in state.profiles_of(row)}
        for profile in found.values():
            lines += [DetailLine(""), *section_lines(state, profile)]
        if unsaved := [row for row in rows if not state.profiles_of(row)]:
            if self.host.gate.is_opening:
                lines += section(profile_strings.WOULD_BE_SAVED, [labels.STARTING], "muted")
            else:
                services = self.host.services
                lines += await self.in_thread(lambda: planned_lines(services, unsaved))
        return lines

    # --- texts

    def placeholder(self) -> str:
        state = self.host.state
        problems = (
            state.sessions_problem,
            *map(crawl_problem, state.shown),
            *map(_roles_problem, state.shown),
        )
        if problem := next(filter(None, problems), ""):
            return problem
        if state.looking_for_token:
            return inventory_strings.LOOKING
        if all(session_state.token is None for session_state in state.shown):
            return with_keys(inventory_strings.SIGN_IN_FIRST)
        signed_in = [each for each in state.shown if each.token is not None]
        if all(each.complete and not each.crawling for each in signed_in):
            return self.empty_text()
        return self._under_way_text()

    def _under_way_text(self) -> str:
        """Return what a crawl that has no rows yet waits for. It may be about to begin."""
        shown = self.host.state.shown
        crawls = [each.progress for each in shown if each.crawling and each.progress]
        if any(each.waiting for each in crawls):
            return inventory_strings.LISTING_THROTTLED
        if any(each.repeated for each in crawls):
            return inventory_strings.LISTING_REPEATED
        return inventory_strings.LISTING

    def empty_text(self) -> str:
        """Return the text for a complete listing that is empty."""
        raise NotImplementedError

    def no_match_text(self) -> str:
        hint = inventory_strings.PORTAL_HIDES
        if any(each.is_cut_short for each in self.host.state.shown):
            hint = inventory_strings.MAYBE_NOT_LISTED
        elif not self.has_all_rows:
            hint = inventory_strings.NOT_COMPLETE
        return f"{super().no_match_text()} {with_keys(hint)}"

    @property
    def _is_partial(self) -> bool:
        """Whether only the rows of the first paint are known."""
        return any(each.is_partial for each in self._with_accounts)

    @property
    def _with_accounts(self) -> list[SessionState]:
        return [each for each in self.host.state.shown if len(each.catalogue)]

    @property
    def has_all_rows(self) -> bool:
        return all(each.complete or not _has_begun(each) for each in self.host.state.shown)

    @property
    def _is_count_known(self) -> bool:
        """Whether there are rows, or a complete listing without any."""
        shown = self.host.state.shown
        is_complete = self.has_all_rows and bool(shown) and all(each.complete for each in shown)
        return not self._is_partial and (self.table.total > 0 or is_complete)

    def count_text(self) -> str:
        return super().count_text() if self._is_count_known else ""

    def _place_text(self) -> str:
        return "" if self._is_partial else super()._place_text()

    def foot_text(self) -> str:
        if self._is_partial:
            return ""
        parts = [super().foot_text(), self.crawl_progress() or self._listing_text()]
        return labels.SEPARATOR.join(filter(None, parts))

    def crawl_progress(self) -> str:
        """Return the progress of a crawl, or "" if there is none."""
        under_way = [
            each.progress for each in self._with_accounts if each.crawling and each.progress
        ]
        return inventory_strings.progress(total_progress(under_way)) if under_way else ""

    def _listing_text(self) -> str:
        """Return what failed or is missing, and the age of the oldest listing."""
        session_states = self._with_accounts
        parts = list({_roles_hint(each): None for each in session_states if each.roles_error})
        if ends := [
            each.retry_at for each in session_states if each.is_cut_short and each.retry_at
        ]:
            return with_keys(inventory_strings.CUT_SHORT, time=token_strings.time(min(ends)))
        if failed := sum(each.catalogue.failed for each in session_states):
            return with_keys(inventory_strings.FAILED, failed=failed)
        if unlisted := sum(len(each.catalogue) - each.catalogue.listed for each in session_states):
            parts.append(inventory_strings.UNLISTED(unlisted))
        if seen := [each.seen_at for each in session_states if each.seen_at is not None]:
            parts.append(times.seen(TimeLeft.until(min(seen), self.host.now())))
        return labels.SEPARATOR.join(parts)

    def key_hints(self) -> list[KeyHint]:
        """Begin with the sign-in if that is why there are no rows."""
        hints = super().key_hints()
        state = self.host.state
        if self.table.total or state.looking_for_token or any(each.token for each in state.shown):
            return hints
        return [self.key_hint(BY_ID["sessions"], command_strings.SIGN_IN), *hints]

    def do_copy_id(self) -> None:
        ids = list(dict.fromkeys(row.account.id for row in self.selected))
        one = inventory_strings.ID_COPIED
        text = one.format(id=ids[0]) if len(ids) == 1 else inventory_strings.IDS_COPIED(len(ids))
        self.copy("\n".join(ids), text)

    def do_refresh_all(self) -> None:
        self.flows.inventory.refresh_all()


def _has_begun(session_state: SessionState) -> bool:
    """Whether the session is being listed, or soon will be, or has accounts or an error."""
    is_signed_in = session_state.token is not None
    return is_signed_in or session_state.is_cut_short or len(session_state.catalogue) > 0


def failure_text(error: RolecallError) -> str:
    """Return the key that tries again and why an account's permission sets could not be listed."""
    return with_keys(inventory_strings.WHY_FAILED, sentence=explained(error))


def crawl_problem(session_state: SessionState) -> str:
    """Return why the last listing failed and when the next is, or ""."""
    problem, at = session_state.crawl_problem, session_state.retry_at
    return token_strings.next_try(problem, at) if problem else ""


def _roles_problem(session_state: SessionState) -> str:
    """Return why the roles of account access manager were not listed, or ""."""
    return explained(session_state.roles_error) if session_state.roles_error else ""


def _roles_hint(session_state: SessionState) -> str:
    """Return what lists the roles that were not listed."""
    if isinstance(session_state.roles_error, TokenLacksScopes):
        return with_keys(inventory_strings.NO_ROLES)
    if isinstance(session_state.roles_error, TenantUnknown):
        return with_keys(inventory_strings.WRONG_TENANT)
    if (at := session_state.retry_at) is None:
        return with_keys(inventory_strings.ROLES_FAILED)
    return with_keys(inventory_strings.ROLES_LATER, time=token_strings.time(at))


def _wanted(rows: Sequence[R]) -> list[Wanted]:
    return list(dict.fromkeys([row.wanted for row in rows]))
