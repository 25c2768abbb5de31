"""`4`: everything that expires, with the time left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rolecall.domain.time_left import Level
from rolecall.presentation import labels, times
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.presentation.errors import explain
from rolecall.presentation.filling import fill
from rolecall.presentation.paths import config_file, credentials_file
from rolecall.presentation.texts import inventory_strings, session_strings, token_strings
from rolecall.presentation.texts.token_strings import (
    SHORT_WIDTH,
    WIDTH,
    TimeLeftText,
    time_left_text,
)
from rolecall.services.tokens.expiry import Expiry, ExpiryKind, sort_expiries, sort_key
from rolecall.services.tokens.expiry_groups import (
    OTHER_KINDS,
    SESSION_KINDS,
    by_session,
    parts_of_sessions,
)
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, section
from rolecall.ui.widgets.expiry_blocks import Block, ExpiryBlocks
from rolecall.ui.widgets.table.columns import LEVEL_STYLES, Column
from rolecall.ui.widgets.table.virtual_table import VirtualTable
from rolecall.ui.widgets.wrapping import ERROR

if TYPE_CHECKING:
    from rolecall.services.tokens.token_keeper import RenewalFailure

_NARROW = 58  # cells; a narrower table has short texts


class TokensScreen(DetailScreen[Expiry]):
    place = Place.TOKENS
    noun = inventory_strings.EXPIRIES_NOUN
    has_note = True

    def __init__(self) -> None:
        super().__init__()
        # By the key of the row: computed once, for all columns.
        self._time_texts: dict[tuple[str, str], TimeLeftText] = {}
        self._moments: dict[tuple[str, str], tuple[str, str]] = {}
        self._badges: dict[tuple[str, str], str] = {}
        self._first_of_kind: set[tuple[str, str]] = set()  # those that are not below a session
        self._parts: set[tuple[str, str]] = set()  # what belongs to a session that is shown
        self._is_grouped = False  # by session, as blocks show the rows

    def make_table(self) -> VirtualTable[Expiry]:
        return ExpiryBlocks(self.columns(), self.row_key, self._block_of, ("name", "kind", "left"))

    def columns(self) -> Sequence[Column[Expiry]]:
        """Return the columns. Those that the detail repeats disappear before a name is cut."""
        return (
            Column(
                "name", labels.NAME_COLUMN, lambda row: row.name,
                self._name_style, minimum=14,
                badge=lambda row: self._badges.get(self.row_key(row), ""), is_name=True,
            ),
            Column(
                "kind", labels.WHAT, lambda row: token_strings.KINDS[row.kind.value],
                self._muted_if_stale, minimum=16, drop_order=0,
                wanted=lambda: not self._is_narrow,
            ),
            Column(
                "kind-short", labels.WHAT, lambda row: token_strings.KINDS_SHORT[row.kind.value],
                self._muted_if_stale, minimum=5, drop_order=0, searched=False,
                wanted=lambda: self._is_narrow,
            ),
            Column(
                "left", labels.TIME_LEFT, lambda row: self._time_text(row).text,
                self._style, minimum=WIDTH, drop_order=0, align="right",
                sort_key=sort_key, searched=False, wanted=lambda: not self._is_narrow,
            ),
            Column(
                "left-short", labels.TIME_LEFT, lambda row: self._time_text(row).short,
                self._style, minimum=SHORT_WIDTH, drop_order=0, align="right",
                sort_key=sort_key, searched=False, wanted=lambda: self._is_narrow,
            ),
            Column(
                "ends", labels.EXPIRES, lambda row: self._moment(row)[0],
                "muted", minimum=12, sort_key=sort_key, drop_order=3, searched=False,
            ),
            Column(
                "utc", token_strings.UTC_COLUMN, lambda row: self._moment(row)[1],
                "muted", minimum=12, sort_key=sort_key, drop_order=5, searched=False,
            ),
            Column(
                "renews", token_strings.RENEWS_COLUMN, self._renews,
                "muted", minimum=6, drop_order=2, searched=False,
            ),
            Column(
                "why", token_strings.WHY_COLUMN, self._why,
                "muted", minimum=22, drop_order=4, searched=False,
            ),
        )  # fmt: skip

    @property
    def _is_narrow(self) -> bool:
        return self.size.width < _NARROW

    def row_key(self, row: Expiry) -> tuple[str, str]:
        return row.kind.value, row.id

    def rows(self) -> Sequence[Expiry]:
        now = self.host.now()
        rows = sort_expiries(self.host.state.expiries, now)
        parts = parts_of_sessions(rows)
        self._is_grouped = self.table.is_framed
        if self._is_grouped:
            rows = by_session(rows, parts)
        self._parts = set(map(self.row_key, parts))
        alone = [row for row in rows if self.row_key(row) not in self._parts]
        firsts = {row.kind: self.row_key(row) for row in reversed(alone)}
        self._first_of_kind = {firsts[kind] for kind in OTHER_KINDS if kind in firsts}
        self._badges = {self.row_key(row): badge for row in rows if (badge := self._badge(row))}
        self._time_texts = {self.row_key(row): time_left_text(row, now) for row in rows}
        self._moments = {
            self.row_key(row): (
                times.moment(row.expires_at, now),
                token_strings.in_utc(row.expires_at, now),
            )
            for row in rows
            if row.expires_at is not None
        }
        return rows

    def fit_to_size(self) -> None:
        """Change the order of the rows with the border: blocks are grouped."""
        super().fit_to_size()
        if self.is_mounted and self.table.is_framed is not self._is_grouped:
            self.table.set_rows(self.rows())

    def on_screen_resume(self) -> None:
        self.flows.tokens.check(force=True)

    def show_state(self) -> None:
        super().show_state()
        self._show_note()

    def tick(self) -> None:
        """Update the rows. In most seconds no text changes, and nothing is painted."""
        super().tick()
        if not self.is_mounted:
            return
        now, before = self.host.now(), self._time_texts
        texts = {key: time_left_text(each.row, now) for key, each in before.items()}
        if texts == before:
            return
        self._time_texts = texts
        if any(texts[key].level is not each.level for key, each in before.items()):
            self.table.set_rows(self.rows())  # expired rows come last
        self.table.refresh_texts()

    def on_virtual_table_highlighted(self) -> None:
        self._show_note()

    # --- the cells of a row

    def _time_text(self, row: Expiry) -> TimeLeftText:
        return self._time_texts.get(self.row_key(row)) or time_left_text(row, self.host.now())

    def _moment(self, row: Expiry) -> tuple[str, str]:
        return self._moments.get(self.row_key(row), ("", ""))

    def _style(self, row: Expiry) -> str:
        return LEVEL_STYLES[self._time_text(row).level] if row.counts else "muted"

    def _name_style(self, row: Expiry) -> str:
        return "muted" if self._time_text(row).is_stale or not row.counts else "strong"

    def _muted_if_stale(self, row: Expiry) -> str | None:
        return "muted" if self._time_text(row).is_stale else None

    def _badge(self, row: Expiry) -> str:
        if row.kind in {ExpiryKind.ACCESS_TOKEN, ExpiryKind.CLIENT_REGISTRATION}:
            return ""
        if row.account_id:
            return self.production_badge(row.account_id)
        return self.production_badge(self.host.state.acts_in(row.name), row.name)

    def _block_of(self, row: Expiry) -> Block:
        """Return the row as a block: a session, what belongs to it, or credentials in a file."""
        shown = self._time_text(row)
        is_token, is_part = row.kind in SESSION_KINDS, self.row_key(row) in self._parts
        is_sorted = self.table.sorted_by[0] is not None
        belongs = is_part and not is_sorted
        kind = token_strings.KINDS_IN_FULL[row.kind.value]
        name = f"{kind} · {row.name}"
        if belongs and row.kind in {ExpiryKind.CLIENT_REGISTRATION, ExpiryKind.LOGIN_KEYS}:
            name = kind
        has_heading = self.row_key(row) in self._first_of_kind and not is_sorted
        is_over = shown.level is Level.GONE
        return Block(
            name if is_part else row.name,
            labels.LEVEL_SIGNS[shown.level],
            token_strings.left(row, self.host.now()),
            self._style(row),
            (self._moment(row)[0], self._renewal(row) if not is_over else ""),
            shown.share,
            self._way_in(row) if is_token and (row.session or row.profile) else "",
            self._badges.get(self.row_key(row), ""),
            kind[:1].upper() + kind[1:] if has_heading else "",
            is_tall=is_token,
            belongs=belongs,
        )

    def _way_in(self, row: Expiry) -> str:
        """Return what signs in, or what has to be done first."""
        if row.unwritable is not None:
            return token_strings.unwritable(row.unwritable)
        return token_strings.SIGNS_IN.format(way_in=self._sign_in_hint(row))

    def _sign_in_hint(self, row: Expiry) -> str:
        """Return the key or command that signs in."""
        if row.profile and self.place is Place.WATCH:
            return fill(token_strings.LOGIN_BY_COMMAND, {"profile": row.profile})
        return self.host.sign_in_hint(row.session, "sign_in")

    def _renewal(self, row: Expiry) -> str:
        if row.kind is ExpiryKind.LOGIN_SESSION:
            return token_strings.AT_MOST
        if row.kind in {ExpiryKind.ACCESS_TOKEN, ExpiryKind.LOGIN_KEYS}:
            return self._not_renewed(row) or token_strings.RENEWAL[row.renews]
        return ""

    def _renews(self, row: Expiry) -> str:
        if self._not_renewed(row):
            return token_strings.RENEWS_LATER
        return token_strings.RENEWS[row.renews]

    def _why(self, row: Expiry) -> str:
        if failed := self._not_renewed(row):
            return failed
        return "" if row.no_renewal is None else token_strings.NO_RENEWAL[row.no_renewal.value]

    def _not_renewed(self, row: Expiry) -> str:
        """Return that a renewal has failed, and the time of the next try, or ""."""
        trouble = self._trouble(row)
        if trouble is None or trouble.again_at is None:
            return ""
        return token_strings.NOT_RENEWED_ROW.format(time=token_strings.time(trouble.again_at))

    def _trouble(self, row: Expiry) -> RenewalFailure | None:
        """Return why the access token of the row was not renewed."""
        if row.session is None or row.renews is None or row.unwritable:
            return None
        return self.host.state.renewal_failures.get(row.session)

    # --- the details of the current row

    def _show_note(self) -> None:
        """Show the details in a few lines if there is no room for the pane."""
        row, problem = self.current, self.host.state.expiries_problem
        if problem:
            self.note.show("", problem, ERROR)
        elif row is None:
            self.note.show("")
        else:
            kind = token_strings.KINDS_IN_FULL[row.kind.value]
            facts = self._exactly(row), row.name, kind
            short = token_strings.unwritable(row.unwritable) if row.unwritable else ""
            head, more = map(labels.SEPARATOR.join, (facts, self._more(row)))
            self.note.show(head, more, short=short)

    def _exactly(self, row: Expiry) -> str:
        exactly = row.expires_at and token_strings.exactly(row.expires_at)
        return exactly or token_strings.left(row, self.host.now())

    async def detail_of(self, row: Expiry) -> Detail:
        kind = token_strings.KINDS_IN_FULL[row.kind.value]
        lines = [
            DetailLine(kind, "strong"),
            DetailLine(self._exactly(row), self._style(row)),
            *(DetailLine(text) for each in self._more(row) for text in ("", each)),
        ]
        if problem := self.host.state.expiries_problem:
            lines += section("", [problem], "bad")
        return Detail(row.name, lines, self._badge(row))

    def _more(self, row: Expiry) -> list[str]:
        match row.kind:
            case _ if row.signed_out:
                words = token_strings.SIGNED_OUT
                return [words.format(way_in=self._sign_in_hint(row)), row.detail]
            case ExpiryKind.ACCESS_TOKEN | ExpiryKind.LOGIN_SESSION | ExpiryKind.LOGIN_KEYS:
                return list(filter(None, (self._about_renewal(row), row.detail)))
            case ExpiryKind.CLIENT_REGISTRATION:
                return [token_strings.REGISTRATION.format(name=row.name)]
            case ExpiryKind.ROLE_CREDENTIALS:
                assumed = row.detail.startswith("arn:")
                words = token_strings.ASSUMED_ROLE if assumed else token_strings.ROLE
                session = f" · {row.session.label}" if row.session else ""
                return [words.format(detail=f"{row.detail}{session}")]
            case ExpiryKind.SHORT_TERM_CREDENTIALS:
                words = token_strings.STORED_KEYS if row.key else token_strings.KEYS_WITHOUT_EXPIRY
                tools = token_strings.TOOLS.get(row.key, "")
                facts = {"name": row.name, "path": credentials_file(), "key": row.key}
                return [words.format(**facts, tools=tools)]

    def _about_renewal(self, row: Expiry) -> str:
        if (trouble := self._trouble(row)) and trouble.again_at:
            time = token_strings.time(trouble.again_at)
            return token_strings.TRIED.format(what=explain(trouble.error), time=time)
        if row.no_renewal is None:
            return token_strings.KEYS_RENEW if row.login else token_strings.RENEWS_ITSELF
        if row.login and not row.profile:
            return ""
        way_in = self._sign_in_hint(row)
        problem = explain(row.unwritable) if row.unwritable else ""
        words = token_strings.RENEWS_NOT[row.no_renewal.value]
        return with_keys(words, way_in=way_in, problem=problem)

    def has_read_rows(self) -> bool:
        return self.host.state.expiries_read or bool(self.host.state.expiries_problem)

    def count_text(self) -> str:
        state = self.host.state
        return super().count_text() if state.expiries_read and not state.expiries_problem else ""

    def foot_text(self) -> str:
        if self.host.state.expiries_problem:
            return with_keys(token_strings.TROUBLE_RETRY)
        now = self.host.now()
        expired = sum(row.is_stale(now) for row in self.table.shown)
        if not expired or self.table.sorted_by[0] is not None:
            return super().foot_text()
        return token_strings.EXPIRED_BELOW.format(count=expired)

    def placeholder(self) -> str:
        is_known = self.host.state.expiries_read and not self.host.state.expiries_problem
        return token_strings.NOTHING_EXPIRES if is_known else ""

    # --- commands

    def needs_row(self, command: Command) -> bool:
        return super().needs_row(command) and command.id != "renew"

    def blocked(self, command: Command) -> str | None:
        if reason := super().blocked(command):
            return reason
        row = self.current
        if row is None or command.id not in {"sign_in", "sign_out"}:
            return None
        if row.session is None and not row.profile:
            return token_strings.NOT_A_SESSION_ROW.format(path=config_file())
        if command.id == "sign_out" and row.signed_out:
            return session_strings.SIGNED_OUT_ALREADY.format(session=row.name)
        if command.id == "sign_out" and row.kind not in SESSION_KINDS:
            return token_strings.NOT_A_TOKEN
        return None

    def do_renew(self) -> None:
        """Renew the access token, or read the files again for any other row."""
        row = self.current
        if row and row.profile and not row.signed_out:
            self.flows.console_login.renew(row.profile)
        elif row and row.session and row.kind is ExpiryKind.ACCESS_TOKEN:
            self.flows.tokens.renew(row.session)
        else:
            self.flows.tokens.check(force=True)
            self.flash(token_strings.READ_AGAIN)

    def do_sign_in(self) -> None:
        if (row := self.current) and row.profile:
            self.flows.console_login.begin(row.profile)
        elif row and row.session:
            self.flows.sign_in.begin(row.session, force=True)

    def do_sign_out(self) -> None:
        if (row := self.current) and row.profile:
            self.flows.console_login.sign_out(row.profile)
        elif row and row.session:
            self.flows.tokens.sign_out(row.session)
