"""The identities of many profiles, from AWS, or why they are unknown."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rolecall.domain.backoff import has_come, retry_pause
from rolecall.domain.errors import VerifyFailed
from rolecall.domain.model import Profile, VerifyResult
from rolecall.domain.records import dataclass
from rolecall.presentation.commands import Command, Place
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import inventory_strings, profile_strings, token_strings
from rolecall.services.identity.verification import is_temporary
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.screens.base.pages import section_lines
from rolecall.ui.screens.profiles.profile_details import profile_lines
from rolecall.ui.widgets.detail_pane import Detail, DetailLine
from rolecall.ui.widgets.table.columns import Column

_NOTE_STYLES: Final = {"muted": "$muted", "good": "$success", "bad": "$error"}


@dataclass(frozen=True)
class VerifiedRow:
    """`answer` is None until AWS has answered."""

    profile: Profile
    answer: VerifyResult | None = None

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def style(self) -> str:
        if self.answer is None:
            return "muted"
        return "bad" if isinstance(self.answer, VerifyFailed) else "good"

    @property
    def sign(self) -> str:
        return profile_strings.VERIFY_SIGNS[self.style]

    @property
    def text(self) -> str:
        match self.answer:
            case None:
                return profile_strings.ASKING
            case VerifyFailed():
                before, found, after = explain(self.answer).partition(f"{self.name}: ")
                return after[:1].upper() + after[1:] if found and not before else before
            case _:
                return self.answer.arn


class VerifiedScreen(DetailScreen[VerifiedRow]):
    place = Place.VERIFIED
    for_all_rows = frozenset({"verify"})
    noun = inventory_strings.PROFILES_NOUN
    has_note = True

    def __init__(self, profiles: Sequence[Profile]) -> None:
        super().__init__()
        self._rows = {profile.name: VerifiedRow(profile) for profile in profiles}
        self.left = threading.Event()
        self._failures = 0  # rounds in a row in which AWS could not be asked
        self._retry_at: datetime | None = None

    def columns(self) -> Sequence[Column[VerifiedRow]]:
        return (
            columns.sign(lambda row: row.sign, lambda row: row.style),
            Column(
                "name", profile_strings.VERIFIED_PROFILE, lambda row: row.name,
                "accent", badge=self._badge, is_name=True,
            ),
            Column(
                "answer", profile_strings.VERIFIED_ANSWER, lambda row: row.text,
                lambda row: "muted" if row.answer is None else None, minimum=20,
            ),
        )  # fmt: skip

    async def detail_of(self, row: VerifiedRow) -> Detail:
        lines = [DetailLine(f"{row.sign} {row.text}", row.style), DetailLine("")]
        lines += profile_lines(self.host.state, row.profile)
        lines += section_lines(self.host.state, row.profile)
        return Detail(row.name, lines, self._badge(row))

    def _badge(self, row: VerifiedRow) -> str:
        return self.production_badge(row.profile.acts_in, row.name)

    def on_mount(self) -> None:
        self.flows.profiles.verify_each(self)

    def on_unmount(self) -> None:
        self.left.set()

    def row_key(self, row: VerifiedRow) -> str:
        return row.name

    def rows(self) -> Sequence[VerifiedRow]:
        return list(self._rows.values())

    def count_text(self) -> str:
        answers = [row.answer for row in self._rows.values() if row.answer is not None]
        failed = sum(isinstance(each, VerifyFailed) for each in answers)
        text = profile_strings.verified(len(answers) - failed, failed, len(self._rows))
        return token_strings.next_try(f"{text}.", self._retry_at) if self._retry_at else text

    def show_state(self) -> None:
        super().show_state()
        self._show_whole()

    def on_virtual_table_highlighted(self) -> None:
        self._show_whole()

    def _show_whole(self) -> None:
        row = self.current
        if row is None or row.answer is None:
            self.note.show("")
        else:
            text = row.text if row.style == "bad" else f"{row.sign} {row.text}"
            self.note.show("", text, _NOTE_STYLES[row.style])

    def blocked(self, command: Command) -> str | None:
        if command.id == "verify" and any(row.answer is None for row in self._rows.values()):
            return profile_strings.STILL_ASKING
        return super().blocked(command)

    def do_verify(self) -> None:
        self._ask_again(list(self._rows))

    def tick(self) -> None:
        super().tick()
        if self._retry_at is not None and has_come(self._retry_at, self.host.now()):
            self._ask_again(self._unasked())

    def _unasked(self) -> list[str]:
        return [name for name, row in self._rows.items() if is_temporary(row.answer)]

    def _ask_again(self, names: list[str]) -> None:
        self._retry_at = None
        self._rows |= {name: VerifiedRow(self._rows[name].profile) for name in names}
        self.show_state()
        self.flows.profiles.verify_each(self)

    @property
    def names(self) -> Sequence[str]:
        """The profiles that AWS has not answered for."""
        return [name for name, row in self._rows.items() if row.answer is None]

    def show_answer(self, name: str, answer: VerifyResult) -> None:
        self._rows[name] = VerifiedRow(self._rows[name].profile, answer)
        if not self.names:
            self._failures = self._failures + 1 if self._unasked() else 0
            if self._failures:
                self._retry_at = self.host.now() + retry_pause(self._failures)
        self.show_state()
