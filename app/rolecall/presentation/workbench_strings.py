"""The words of the naming workbench, on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from rolecall.domain.plan import Collision, Outcome, Planned
from rolecall.presentation import labels, save_strings
from rolecall.presentation.commands import with_keys
from rolecall.presentation.paths import credentials_file

TEMPLATE: Final = "Template"
NAME: Final = "Name"
WHAT_HAPPENS: Final = "What happens"
SIGNS: Final[dict[Outcome, str]] = {
    Outcome.NEW: "+",
    Outcome.UPDATES: "~",
    Outcome.SAME: "=",
    Outcome.COLLIDES: "!",
    Outcome.BAD_NAME: "!",
    Outcome.BAD_REGION: "!",
    Outcome.BAD_OUTPUT: "!",
}
OUTCOMES: Final[dict[Outcome, str]] = {
    Outcome.NEW: "new",
    Outcome.UPDATES: "updates {name}",
    Outcome.SAME: "already so",
    Outcome.COLLIDES: "collides",
    Outcome.BAD_NAME: "bad name",
    Outcome.BAD_REGION: "bad region",
    Outcome.BAD_OUTPUT: "bad output",
}
BESIDE: Final = "new, beside {name}"
COUNTS: Final[dict[Outcome, str]] = {
    Outcome.NEW: "{count:,} new",
    Outcome.UPDATES: "{count:,} updated",
    Outcome.SAME: "{count:,} already so",
    Outcome.COLLIDES: "{count:,} collide",
    Outcome.BAD_NAME: "{count:,} with a bad name",
    Outcome.BAD_REGION: "{count:,} with a bad region",
    Outcome.BAD_OUTPUT: "{count:,} with a bad output",
}
ONE_COLLIDES: Final = "1 collides"
COLLISIONS: Final[dict[Collision, str]] = {
    Collision.ROWS: "Another row would be called {name} too.",
    Collision.PROFILE: "{name} is another profile already ({what}).",
    Collision.CREDENTIALS: "{name} stands in {path}: some SDKs would use those keys.",
    Collision.CASE: "Another name differs from {name} in upper and lower case alone.",
}
FIX_HINT: Final = "{fix_names} tells them apart."
NEEDS_REGION: Final = "“{region}” is not an AWS region. A region looks like eu-west-1."
EDITED: Final = "{account} · {permission_set}: an empty name goes by the template again."
KEEPS_NAME: Final = "{name} is there already and keeps its name; {beside} makes new ones beside."

COMPLETION: Final = "Tab: {first}"
CLOSES: Final = "Tab closes it"
OR: Final = "or {rest}"
PRESET: Final = "as {tool} does it"
PRESET_OURS: Final = "as rolecall suggests"
NAMED: Final = "Named {preset}."
REGION_HINT: Final = "eu-west-1, or *-us=us-east-1, eu-west-1"
REGION_UNKNOWN: Final = "No region {region} is known here; it is saved as typed."
REGION_RULE: Final = "One for all, or by the account's name: *-us=us-east-1, eu-west-1"

FIXED: Final = "{count:,} told apart."
NOTHING_COLLIDES: Final = "No names collide."
BESIDE_NOW: Final[dict[bool, str]] = {
    True: "New profiles are made beside those that are there.",
    False: "Profiles that are there keep their names.",
}
STOPPED: Final = "Not yet: {counts}."
TO_ROWS: Final = "{back} goes to the rows."
TO_NEXT: Final = "{next_problem} goes to the next of them."
NO_PROBLEMS: Final = "Nothing stands in the way."
PROBLEMS_HIDDEN: Final = "The filter hides what stands in the way; {back} clears it."
# Instead of the counts, while a field cannot be read.
STALE: Final = "as they were before the mistake above"
ALL_SO: Final = "All of it is so already."
WRITE_TITLE: Final = "Write {counts}"
WRITE_INTRO: Final = "This is what changes in {path}. {undo} on Profiles takes it back."
WRITTEN: Final = "{counts} written to {path}. {undo} on Profiles takes it all back."
NOTHING_LISTED: Final = "The permission sets of these accounts are not listed yet."

# --- on the command line

DELETED: Final = "deleted: its permission set is gone"
DELETED_COUNT: Final = "{count:,} deleted"
NOTHING_FOUND: Final = "Nothing matches “{query}”."
NOTHING_WRITTEN: Final = "Nothing was written: {counts}."
FIX_OPTION: Final = " --fix tells names apart that collide."
DRY_RUN: Final = "Not written, for this is a dry run: {counts} in {path}."
SAVED: Final = "{counts} in {path}. `rolecall undo` takes it back."
ONE_OR_ALL: Final = (
    "Either --account with --permission-set (and --name), or --all (with a query, --template, "
    "--fix, --prune)."
)
NO_ACCOUNT: Final = (
    "No account “{account}” is assigned to you in this session. --refresh asks AWS again."
)
SEVERAL_ACCOUNTS: Final = "Several accounts are called “{account}”. Give the id: {ids}"
NO_PERMISSION_SET: Final = (
    "{account} has no permission set “{permission_set}” for you. There is: {names}"
)


def what_happens(planned: Planned) -> str:
    if planned.outcome is Outcome.NEW and planned.profile is not None:
        return BESIDE.format(name=planned.profile.name)
    return OUTCOMES[planned.outcome].format(name=planned.name)


def counted(counts: Mapping[Outcome, int]) -> str:
    """`1,990 new · 3 updated`."""
    return _counted(counts, set(COUNTS))


def stopping(counts: Mapping[Outcome, int]) -> str:
    """What keeps the plan from being written."""
    return _counted(counts, {outcome for outcome in COUNTS if outcome.stops})


def stopped(counts: Mapping[Outcome, int], in_field: bool) -> str:
    """What is said when such a plan shall be written; `in_field`: where F is a letter."""
    said = STOPPED.format(counts=stopping(counts))
    hints = TO_ROWS if in_field else "", TO_NEXT, FIX_HINT if counts[Outcome.COLLIDES] else ""
    return " ".join([said, *(with_keys(each) for each in hints if each)])


def nothing_written(counts: Mapping[Outcome, int], has_fixed: bool) -> str:
    """What is said on the command line of a plan that cannot be written."""
    said = NOTHING_WRITTEN.format(counts=stopping(counts))
    return said + FIX_OPTION if counts[Outcome.COLLIDES] and not has_fixed else said


def written(counts: Mapping[Outcome, int], deleted: int = 0) -> str:
    """What is written when the plan is."""
    done = _counted(counts, {Outcome.NEW, Outcome.UPDATES})
    gone = DELETED_COUNT.format(count=deleted) if deleted else ""
    return " · ".join(filter(None, (done, gone)))


def _counted(counts: Mapping[Outcome, int], only: Collection[Outcome]) -> str:
    texts = COUNTS | ({Outcome.COLLIDES: ONE_COLLIDES} if counts[Outcome.COLLIDES] == 1 else {})
    return " · ".join(
        text.format(count=counts[outcome])
        for outcome, text in texts.items()
        if counts[outcome] and outcome in only
    )


def explained(planned: Planned, hint: bool = True) -> str:
    """What is the matter with a row, or nothing. `hint`: the key that mends it."""
    if planned.collision is not None:
        what = labels.profile_summary(planned.profile) if planned.profile else ""
        said = COLLISIONS[planned.collision].format(
            name=planned.name, what=what, path=credentials_file()
        )
        return f"{said} {with_keys(FIX_HINT)}" if hint else said
    if planned.problem is not None:
        return save_strings.NAME_PROBLEMS[planned.problem.value]
    if planned.outcome is Outcome.BAD_REGION:
        return NEEDS_REGION.format(region=planned.region)
    if planned.outcome is Outcome.BAD_OUTPUT:
        return save_strings.OUTPUT_INVALID
    return ""
