"""The cases of the corpus: before, edit, after, and what clients read. See corpus/README.md."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rolecall.domain.config.file_change import Edit
from rolecall.files.aws_config.config_edits import (
    CopyProfile,
    DeleteProfile,
    RenameProfiles,
    SetProfile,
    SetSsoSession,
)
from tests.files.clients import Reading

CORPUS = Path(__file__).parent / "corpus"
CLIENTS = ("cli", "boto3", "javascript")
NOT_READ, REFUSED_FILE = "-", "!"


@dataclass(frozen=True)
class Case:
    name: str
    before: bytes
    edit: str
    after: bytes | None
    refused: str
    malformed: str
    was: tuple[str, str, str]
    now: tuple[str, str, str]
    findings: tuple[str, ...]

    def words(self) -> list[str]:
        """Return the words of the edit. A no-break space in the file is a space in a word."""
        return [word.replace("\u00a0", " ").replace("\\n", "\n") for word in self.edit.split(" ")]

    def edits(self) -> list[Edit]:
        match self.words():
            case ["set", name, key, value]:
                return [SetProfile(name, {key: value})]
            case ["unset", name, key]:
                return [SetProfile(name, {key: None})]
            case ["session", name, key, value]:
                return [SetSsoSession(name, {key: value})]
            case ["delete", name]:
                return [DeleteProfile(name)]
            case ["rename", old, new]:
                return [RenameProfiles({old: new})]
            case ["copy", old, new]:
                return [CopyProfile(old, new, {"region": "us-east-1"})]
        raise ValueError(self.edit)

    def read_value(self, reading: Reading) -> str:
        """Return the edited key's value, or whether the client knows the profile."""
        if reading is None:
            return REFUSED_FILE
        verb, *words = self.words()
        if verb == "copy":
            return str(reading["profiles"].get(words[1], {}).get("region", NOT_READ))
        if verb in {"delete", "rename"}:
            return "there" if words[-1] in reading["profiles"] else NOT_READ
        kind = "sso_sessions" if verb == "session" else "profiles"
        value = reading[kind].get(words[0], {}).get(words[1], NOT_READ)
        if isinstance(value, dict):
            return "; ".join(f"{key} = {inner}" for key, inner in value.items())
        return str(value)


def load() -> Iterator[Case]:
    for path in sorted(CORPUS.glob("*.toml")):
        for fields in tomllib.loads(path.read_text())["case"]:
            encoding = fields.get("encoding", "utf-8")
            after = fields.get("after")
            yield Case(
                name=f"{path.stem}: {fields['name']}",
                before=fields["before"].encode(encoding),
                edit=fields["edit"],
                after=None if after is None else after.encode(encoding),
                refused=fields.get("refused", ""),
                malformed=fields.get("malformed", ""),
                was=tuple(fields.get("was", ())),
                now=tuple(fields.get("now", ())),
                findings=tuple(fields.get("findings", ())),
            )
