"""The base of Accounts and Permission sets. A crawl lists first what these tables show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from rolecall.domain.errors import RolecallError
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import inventory_strings, table_strings, times, token_strings
from rolecall.presentation.commands import with_keys
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.state.rows import AccountRow, AssignmentRow, Wanted
from rolecall.ui.state.session_state import SessionState, total_progress

R = TypeVar("R", bound=AccountRow | AssignmentRow)


class CatalogueScreen(TableScreen[R]):
    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[R] = ()
        self._found_wanted: list[Wanted] = []

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

    # --- texts

    def placeholder(self) -> str:
        """Return why the table is empty."""
        state = self.host.state
        problems = (state.sessions_problem, *map(_crawl_problem, state.shown))
        if problem := next(filter(None, problems), ""):
            return problem
        if state.looking_for_token:
            return table_strings.LOOKING
        if all(session_state.token is None for session_state in state.shown):
            return with_keys(table_strings.SIGN_IN_FIRST)
        if not any(each.crawling for each in state.shown):
            return self.empty_text()
        waits = any(each.progress and each.progress.waiting for each in state.shown)
        return table_strings.LISTING_THROTTLED if waits else table_strings.LISTING

    def empty_text(self) -> str:
        """Return the text for an empty listing."""
        raise NotImplementedError

    def no_match_text(self) -> str:
        is_cut_short = any(each.is_cut_short for each in self.host.state.shown)
        hint = table_strings.MAYBE_NOT_LISTED if is_cut_short else inventory_strings.PORTAL_HIDES
        return f"{super().no_match_text()} {with_keys(hint)}"

    def crawl_text(self, line: str) -> str:
        """Return the status line: the progress of a crawl, and after it `line` with what failed or
        is missing and the age of the oldest listing.
        """
        session_states = [each for each in self.host.state.shown if len(each.catalogue)]
        if any(each.is_partial for each in session_states):
            return ""
        if under_way := [
            each.progress for each in session_states if each.crawling and each.progress
        ]:
            progress = table_strings.progress(total_progress(under_way))
            return f"{line} · {progress}" if self.shows_counts() else progress
        if ends := [
            each.retry_at for each in session_states if each.is_cut_short and each.retry_at
        ]:
            time = token_strings.time(min(ends))
            return with_keys(table_strings.CUT_SHORT, rows=line, time=time)
        if failed := sum(each.catalogue.failed for each in session_states):
            return f"{line} · {with_keys(table_strings.FAILED, failed=failed)}"
        if unlisted := sum(len(each.catalogue) - each.catalogue.listed for each in session_states):
            line = f"{line} · {inventory_strings.unlisted(unlisted)}"
        if seen := [each.seen_at for each in session_states if each.seen_at is not None]:
            left = TimeLeft.until(min(seen), self.host.now())
            return f"{line} · {times.seen(left)}"
        return line

    def shows_counts(self) -> bool:
        """Return whether the counts are shown next to the progress of a crawl."""
        return True

    def do_copy_id(self) -> None:
        ids = list(dict.fromkeys(row.account.id for row in self.selected))
        one = inventory_strings.ID_COPIED
        text = one.format(id=ids[0]) if len(ids) == 1 else inventory_strings.ids_copied(len(ids))
        self.copy("\n".join(ids), text)

    def do_refresh_all(self) -> None:
        self.flows.inventory.refresh_all()


def failure_text(error: RolecallError) -> str:
    """Return the key that tries again and why an account's permission sets could not be listed."""
    from rolecall.presentation.errors import explain

    return with_keys(table_strings.WHY_FAILED, sentence=explain(error))


def _crawl_problem(session_state: SessionState) -> str:
    """Return why the last listing failed and when the next is, or ""."""
    problem, at = session_state.crawl_problem, session_state.retry_at
    if not problem or at is None:
        return problem
    return table_strings.NEXT_TRY.format(problem=problem, time=token_strings.time(at))


def _wanted(rows: Sequence[R]) -> list[Wanted]:
    return list(dict.fromkeys([row.wanted for row in rows]))
