"""accounts.toml: the user's own aliases, notes and groups of accounts.

tomli-w writes it, which is fast for thousands of accounts. A file that somebody has edited is
changed with tomlkit, which keeps the comments, the order and the line endings.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rolecall.domain.config.file_change import Change
from rolecall.domain.errors.file_errors import EditRefused, EditRule
from rolecall.domain.inventory.annotations import KEYS, NOTHING, Annotation
from rolecall.domain.records import dataclass
from rolecall.domain.text import safe
from rolecall.files.own.annotations import TABLE, accounts_of
from rolecall.files.safe import atomic


@dataclass(frozen=True, slots=True)
class AccountsFile:
    """The file. `state` is rolecall's state folder, for the locks."""

    path: Path
    state: Path

    def read(self) -> dict[str, Annotation]:
        """Return what it says by account ID. Raises FileUnreadable, TomlInvalid."""
        return self._parse(atomic.read(self.path))

    def plan(self, account_id: str, annotation: Annotation) -> Change:
        """Return the change that saves this about the account.

        Raises FileUnreadable, TomlInvalid; EditRefused for a file that cannot be changed safely.
        """
        before = atomic.read(self.path)
        said = self._parse(before)
        if (now := said.get(account_id, NOTHING)) == annotation:
            return Change(self.path, before, before or b"", account_id)
        if not before or before == text_of(said).encode():
            text = text_of({**said, account_id: annotation})
            return Change(self.path, before, text.encode(), account_id)
        after = self._edited(before, account_id, now.values(), annotation.values())
        return Change(self.path, before, after, account_id)

    def commit(self, change: Change) -> None:
        """Write the change. Raises FileBusy, FileChanged, FileUnwritable, StateRefused."""
        if not change.is_empty:
            with atomic.lock(self.path, self.state):
                atomic.apply(change)

    def _edited(
        self, data: bytes, account_id: str, now: Mapping[str, Any], wanted: Mapping[str, Any]
    ) -> bytes:
        from rolecall.files.own.toml_edit import edited

        table = (TABLE, account_id)
        values: dict[tuple[str, ...], Any] = {
            (*table, key): wanted.get(key) for key in KEYS if wanted.get(key) != now.get(key)
        }
        mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
        text = data.removeprefix(mark).decode()
        after = edited(text, values if wanted else {table: None})
        if after is None:
            raise EditRefused(self.path, EditRule.UNSAFE.value, account_id)
        return mark + after.encode()

    def _parse(self, data: bytes | None) -> dict[str, Annotation]:
        return accounts_of(data or b"", safe(str(self.path)), has_head=False)


def text_of(annotations: dict[str, Annotation], head: dict[str, Any] | None = None) -> str:
    """Return the text that has these annotations, after the `head`."""
    import tomli_w

    said = sorted((id_, each) for id_, each in annotations.items() if any(each))
    accounts = {id_: each.values() for id_, each in said}
    return tomli_w.dumps({**(head or {}), **({TABLE: accounts} if accounts else {})})
