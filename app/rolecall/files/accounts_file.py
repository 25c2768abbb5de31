"""accounts.toml: the user's own aliases, notes and groups of accounts. tomli-w writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rolecall.domain.annotations import Annotation, annotations_of, refuse_unknown
from rolecall.domain.file_change import Change
from rolecall.domain.records import dataclass
from rolecall.domain.text import safe
from rolecall.files import atomic
from rolecall.files.fast import annotations as fast
from rolecall.files.toml_text import decoded, mistakes_in, parsed

TABLE: Final = "accounts"


@dataclass(frozen=True, slots=True)
class AccountsFile:
    """The file. `state` is rolecall's state folder, for the locks."""

    path: Path
    state: Path

    def read(self) -> dict[str, Annotation]:
        """Return what it says by account ID. Raises FileUnreadable, TomlInvalid."""
        return self._parse(atomic.read(self.path))

    def plan(self, account_id: str, annotation: Annotation) -> Change:
        """Return what saying this about the account would write.

        Raises FileUnreadable, TomlInvalid.
        """
        before = atomic.read(self.path)
        said = self._parse(before)
        if said.get(account_id, Annotation()) == annotation:
            return Change(self.path, before, before or b"", account_id)
        text = text_of({**said, account_id: annotation})
        return Change(self.path, before, text.encode(), account_id)

    def commit(self, change: Change) -> None:
        """Write the change. Raises FileBusy, FileChanged, FileUnwritable, StateUnwritable."""
        if not change.is_empty:
            with atomic.lock(self.path, self.state):
                atomic.apply(change)

    def _parse(self, data: bytes | None) -> dict[str, Annotation]:
        place = safe(str(self.path))
        text = decoded(data or b"", place)
        if (found := fast.parse(text)) is not None:
            return found
        with mistakes_in(lambda: text, place):
            values = parsed(text, place)
            for key in values:
                if key != TABLE:
                    refuse_unknown((key,), (TABLE,))
            return annotations_of(values.get(TABLE, {}))


def text_of(annotations: dict[str, Annotation], head: dict[str, Any] | None = None) -> str:
    """Return the text that has these annotations, after the `head`."""
    import tomli_w

    said = sorted((id_, each) for id_, each in annotations.items() if any(each))
    accounts = {id_: each.values() for id_, each in said}
    return tomli_w.dumps({**(head or {}), **({TABLE: accounts} if accounts else {})})
