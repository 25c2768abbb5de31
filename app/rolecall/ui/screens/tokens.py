"""`4`: everything that expires, each by its right name, with what is left of it."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.lifetime import Level, Remaining, share
from rolecall.services.tokens import Clock, ClockKind
from rolecall.ui import strings
from rolecall.ui.commands import Command, Place
from rolecall.ui.screens.command_screen import bindings
from rolecall.ui.screens.place_screen import PlaceScreen
from rolecall.ui.widgets.status_line import ERROR_SECONDS
from rolecall.ui.widgets.virtual_table import Column

_BAR_CELLS = 10
_LEVEL_STYLES = {
    Level.FINE: "good",
    Level.SOON: "warn",
    Level.URGENT: "bad",
    Level.GONE: "muted",
}


class TokensScreen(PlaceScreen[Clock]):
    place = Place.TOKENS
    noun = ("clock", "clocks")
    BINDINGS = bindings(Place.TOKENS)

    def columns(self) -> Sequence[Column[Clock]]:
        return (
            Column(
                "sign", "", lambda row: strings.LEVEL_SIGNS[self._left(row).level],
                self._style, minimum=1, maximum=1, searched=False,
            ),
            Column(
                "kind", strings.WHAT, lambda row: strings.CLOCK_KINDS[row.kind.value],
                "strong", minimum=22, maximum=22,
            ),
            Column(
                "name", strings.NAME_COLUMN, lambda row: row.name,
                None, minimum=12, maximum=40, weight=2,
            ),
            Column(
                "bar", "", self._bar,
                self._style, minimum=_BAR_CELLS, maximum=_BAR_CELLS, gives_way=2, searched=False,
            ),
            Column(
                "left", strings.LEFT, lambda row: strings.left(self._left(row)),
                self._style, minimum=16, maximum=18, sort_key=lambda row: row.expires_at,
                searched=False,
            ),
            Column(
                "ends", strings.ENDS,
                lambda row: strings.moment(row.expires_at, self.rolecall.now()),
                "muted", minimum=12, maximum=12, sort_key=lambda row: row.expires_at,
                gives_way=1, searched=False,
            ),
            Column(
                "renews", strings.RENEWS, _renews,
                "muted", minimum=13, maximum=40, gives_way=3, searched=False,
            ),
        )  # fmt: skip

    def row_key(self, row: Clock) -> tuple[str, str]:
        return row.kind.value, row.name

    def rows(self) -> Sequence[Clock]:
        return self.rolecall.state.clocks

    def on_screen_resume(self) -> None:
        self.rolecall.profiles.read_clocks()

    def tick(self) -> None:
        super().tick()
        for row in self.table.visible_rows:
            self.table.refresh_row(self.row_key(row))

    def _left(self, row: Clock) -> Remaining:
        return Remaining.until(row.expires_at, self.rolecall.now())

    def _style(self, row: Clock) -> str:
        return _LEVEL_STYLES[self._left(row).level]

    def _bar(self, row: Clock) -> str:
        full = round(share(self._left(row), row.whole) * _BAR_CELLS)
        return "━" * full + "╌" * (_BAR_CELLS - full)

    def placeholder(self) -> str:
        return strings.NO_CLOCKS

    def standing(self) -> str:
        row = self.current
        if row is None:
            return super().standing()
        line = strings.moment_utc(row.expires_at)
        path = self.rolecall.unusual_credentials_path
        if path and row.kind is ClockKind.SHORT_TERM_CREDENTIALS:
            line += f" · {path}"
        return line

    def blocked(self, command: Command) -> str | None:
        if reason := super().blocked(command):
            return reason
        row = self.current
        if row is None or command.id not in {"renew", "sign_in", "sign_out"}:
            return None
        if row.session is None:
            return strings.NOT_A_SESSION_ROW.format(path=self.rolecall.config_path)
        if command.id != "sign_in" and row.kind is not ClockKind.ACCESS_TOKEN:
            return strings.NOT_A_TOKEN
        return None

    def do_renew(self) -> None:
        if (row := self.current) and row.session:
            self.rolecall.sign_in.renew(row.session)

    def do_sign_in(self) -> None:
        if (row := self.current) and row.session:
            self.rolecall.sign_in.begin(row.session)

    def do_sign_out(self) -> None:
        """Asked first: the same key again, while the question stands there, does it."""
        row = self.current
        if row is None or row.session is None:
            return
        question = strings.SIGN_OUT_ASK.format(session=row.name)
        if self.status.text == question:
            self.rolecall.sign_in.sign_out(row.session)
        else:
            self.status.flash(question, "bold $warning", ERROR_SECONDS)


def _renews(row: Clock) -> str:
    return strings.NO_RENEWAL[row.why.value] if row.why else strings.RENEWS_WORDS[row.renews]
