"""Texts of the naming workbench, on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from rolecall.domain.naming.template import FIELDS, NameFacts
from rolecall.domain.profiles.plan import Collision, Outcome, Planned
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.commands import with_keys
from rolecall.presentation.paths import credentials_file
from rolecall.presentation.texts import profile_strings
from rolecall.presentation.translation import Counted, _, join_sentences

TEMPLATE: Final = _("Template")
NAME: Final = _("Name")
REPAIRED_NAME: Final = _("Repaired name")
WHAT_HAPPENS: Final = _("What happens")
SIGNS: Final[dict[Outcome, str]] = {
    Outcome.NEW: "+",
    Outcome.UPDATES: "~",
    Outcome.SAME: "=",
    Outcome.COLLIDES: "!",
    Outcome.BAD_NAME: "!",
    Outcome.BAD_REGION: "!",
    Outcome.BAD_OUTPUT: "!",
}
# Translators: what happens to a profile when the plan is written.
OUTCOMES: Final[dict[Outcome, str]] = {
    Outcome.NEW: _("new"),
    Outcome.UPDATES: _("updates {name}"),
    Outcome.SAME: _("unchanged"),
    Outcome.COLLIDES: _("collides"),
    Outcome.BAD_NAME: _("bad name"),
    Outcome.BAD_REGION: _("bad region"),
    Outcome.BAD_OUTPUT: _("bad output"),
}
NEW_NEXT_TO: Final = _("new, next to {name}")
COUNTS: Final = {
    Outcome.NEW: Counted("{count:,} new", "{count:,} new"),
    Outcome.UPDATES: Counted("{count:,} updated", "{count:,} updated"),
    Outcome.SAME: Counted("{count:,} unchanged", "{count:,} unchanged"),
    Outcome.COLLIDES: Counted("{count:,} collides", "{count:,} collide"),
    Outcome.BAD_NAME: Counted("{count:,} with a bad name", "{count:,} with bad names"),
    Outcome.BAD_REGION: Counted("{count:,} with a bad region", "{count:,} with bad regions"),
    Outcome.BAD_OUTPUT: Counted("{count:,} with a bad output", "{count:,} with bad outputs"),
}
COLLISIONS: Final[dict[Collision, str]] = {
    Collision.ROWS: _("Another row would also have the name {name}."),
    Collision.PROFILE: _("{name} is already another profile ({what})."),
    Collision.CREDENTIALS: _("{name} is also in {path}; some SDKs would use those keys."),
    Collision.STORED: _("{name} is also in {path}; clients would use the settings there."),
    Collision.CASE: _("Another name differs from {name} only in case."),
}
FIX_HINT: Final = _("{fix_names} repairs the names.")
NEEDS_REGION: Final = _("“{region}” is not an AWS region. A region looks like eu-west-1.")
EDITED: Final = _("{account} · {permission_set}: an empty name follows the template again.")
KEEPS_NAME: Final = _("{name} exists and keeps its name; {update_or_add} adds new ones next to it.")

# Translators: Tab is a key.
COMPLETION: Final = _("Tab: {first}")
CLOSES: Final = _("Tab closes it")
OR: Final = _("or {rest}")
# Translators: the template of another tool: "as aws-sso-util does".
PRESET: Final = _("as {tool} does")
PRESET_OURS: Final = _("as rolecall does")
# Translators: the template is the user's own, as in "Named as typed before."
PRESET_TYPED: Final = _("as typed before")
NAMED: Final = _("Named {preset}.")
REGION_HINT: Final = _("eu-west-1, or *-us=us-east-1, eu-west-1")
REGION_UNKNOWN: Final = _("rolecall does not know the region {region}. It is saved as typed.")
REGION_RULE: Final = _("One for all, or by account name: *-us=us-east-1, eu-west-1")

# Translators: what can be written in a template, and what it gives for a row.
PLACEHOLDERS: Final = _("Placeholders")
FILTERS: Final = _("Filters")
NO_BAD_NAMES: Final = _("Every name can be written.")
UPDATES_OR_ADDS: Final[dict[bool, str]] = {
    True: _("New profiles are added next to existing ones."),
    False: _("Existing profiles are updated and keep their names."),
}
CANNOT_WRITE: Final = _("Cannot write yet: {counts}.")
# Translators: `counts` is what is wrong with them, such as "10 with bad names".
STAY: Final = _("Not written, they stay here: {counts}.")
TO_ROWS: Final = _("{back} goes to the rows.")
TO_NEXT: Final = _("{next_problem} goes to the next problem.")
NO_PROBLEMS: Final = _("Every row can be written.")
PROBLEMS_HIDDEN: Final = _("The filter hides the rows that cannot be written; {back} clears it.")
# Instead of the counts, while a field cannot be read.
STALE: Final = _("the names of the last valid template")
NOTHING_TO_WRITE: Final = _("Everything is already written.")
WRITE_TITLE: Final = _("Write {counts}")
WRITE_INTRO: Final = _("{undo} undoes the changes.")
WRITTEN: Final = _("{counts} written to {path}. {undo} undoes it.")
WRITTEN_TITLE: Final = _("{counts} written to {path}.")
VERIFY_INTRO: Final = _("Ask AWS whether they work?")
VERIFY: Final = _("verify all")

# --- on the command line

DELETED: Final = _("deleted: AWS does not list its permission set")
DELETED_COUNT: Final = _("{count:,} deleted")
NOTHING_WRITTEN: Final = _("Nothing was written: {counts}.")
FIX_OPTION: Final = _("--fix repairs the names.")
DRY_RUN: Final = _("Dry run, nothing was written: {counts} in {path}.")
SAVED: Final = _("{counts} in {path}. `rolecall undo` undoes it.")
# Translators: the counts say what is written: “3 new · 1 deleted”.
CONFIRM_SAVE: Final = _("Write {counts} to {path}?")
ONE_OR_ALL: Final = _(
    "Use either --account with --permission-set (and --name), or --all (with WORDS, --template, --fix, --prune)."
)
NO_ACCOUNT: Final = _(
    "This session lists no account “{account}” for you. --refresh asks AWS again."
)
SEVERAL_ACCOUNTS: Final = _("Several accounts are named “{account}”. Give the ID: {ids}")
NO_PERMISSION_SET: Final = _(
    "You have no permission set “{permission_set}” in {account}. Existing: {names}"
)
SEVERAL_ROLES: Final = _(
    "Several roles are named “{permission_set}”. Give the name with its path: {names}"
)
FIXED: Final = Counted("{count:,} name repaired.", "{count:,} names repaired.")
_REPAIRED: Final = (Outcome.COLLIDES, Outcome.BAD_NAME)


def what_happens(planned: Planned) -> str:
    """What happens to the profile when the plan is written: `updates audit-admin`."""
    if planned.outcome is Outcome.NEW and planned.profile is not None:
        return NEW_NEXT_TO.format(name=planned.profile.name)
    return OUTCOMES[planned.outcome].format(name=planned.name)


def values(facts: NameFacts) -> str:
    """What the placeholders give for a row: `{account} audit  {short} admin`."""
    return "  ".join(f"{field} {value}" for field, value in placeholders(facts).items())


def placeholders(facts: NameFacts) -> dict[str, str]:
    """The placeholders of a template, and what they give for a row."""
    return {f"{{{name}}}": safe(getattr(facts, name)) for name in FIELDS}


def counted(counts: Mapping[Outcome, int]) -> str:
    """`1,990 new · 3 updated`."""
    return _counted(counts, set(COUNTS))


def problem_counts(counts: Mapping[Outcome, int]) -> str:
    """The counts of the rows that cannot be written: `2 collide`."""
    return _counted(counts, {outcome for outcome in COUNTS if outcome.stops})


def cannot_write(counts: Mapping[Outcome, int], in_field: bool) -> str:
    """Why a plan with problems is not written, and the keys that help.

    With `in_field` the keys are letters of a field, so it also says how to leave the field.
    """
    said = CANNOT_WRITE.format(counts=problem_counts(counts))
    hints = TO_ROWS if in_field else "", TO_NEXT, FIX_HINT if can_repair(counts) else ""
    return join_sentences(said, *(with_keys(each) for each in hints if each))


def nothing_written(counts: Mapping[Outcome, int], has_fixed: bool) -> str:
    """Return why a plan with problems was not written, on the command line."""
    said = NOTHING_WRITTEN.format(counts=problem_counts(counts))
    return f"{said} {FIX_OPTION}" if can_repair(counts) and not has_fixed else said


def can_repair(counts: Mapping[Outcome, int]) -> bool:
    """Return whether there are names that can be repaired."""
    return any(counts[each] for each in _REPAIRED)


def stay(counts: Mapping[Outcome, int]) -> str:
    """Which rows are not written with the others; "" if there are none."""
    said = problem_counts(counts)
    return STAY.format(counts=said) if said else ""


DELETION_NEEDS_YES: Final = Counted(
    "Nothing was written: {count} profile would be deleted, and there is no terminal to ask on. --yes does it without asking.",
    "Nothing was written: {count} profiles would be deleted, and there is no terminal to ask on. --yes does it without asking.",
)


def written(counts: Mapping[Outcome, int], deleted: int = 0) -> str:
    """What the plan writes: `3 new · 1 updated · 2 deleted`."""
    done = _counted(counts, {Outcome.NEW, Outcome.UPDATES})
    gone = DELETED_COUNT.format(count=deleted) if deleted else ""
    return labels.SEPARATOR.join(filter(None, (done, gone)))


def _counted(counts: Mapping[Outcome, int], only: Collection[Outcome]) -> str:
    return labels.SEPARATOR.join(
        text(counts[outcome])
        for outcome, text in COUNTS.items()
        if counts[outcome] and outcome in only
    )


def explained(planned: Planned) -> str:
    """The problem of a row, or ""."""
    if planned.collision is not None:
        what = labels.profile_summary(planned.profile) if planned.profile else ""
        return COLLISIONS[planned.collision].format(
            name=planned.name, what=what, path=credentials_file()
        )
    if planned.problem is not None:
        return profile_strings.NAME_PROBLEMS[planned.problem.value]
    if planned.outcome is Outcome.BAD_REGION:
        return NEEDS_REGION.format(region=planned.region)
    if planned.outcome is Outcome.BAD_OUTPUT:
        return profile_strings.OUTPUT_INVALID
    return ""
