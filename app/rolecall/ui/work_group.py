"""Groups of work in the background, in which later work replaces earlier work."""

from __future__ import annotations

from enum import Enum


class WorkGroup(Enum):
    """New work of a group cancels the work of the group that is still running.

    A group belongs to one flow, so that no flow cancels the work of another. If the group is of
    something, such as a session, the new work cancels only what is of the same. Work that waits for
    the user's answer has left its group.
    """

    # sign_in
    SESSION = "session"  # makes a session the current one, or opens a sign-in: the last one counts
    SESSION_LIST = "session-list"  # opens the list of sessions
    # tokens
    TOKEN = "token"  # renews the token of a session on demand, or signs out of the session
    TOKEN_CHECK = "token-check"  # looks for changed files
    CONFIG_CHANGE = "config-change"  # reads a config that another program has changed
    # inventory
    CRAWL = "crawl"  # starts a crawl of a session
    CACHE = "cache"  # shows what the cache has of a session after its crawl
    ALL_CACHES = "all-caches"  # shows what the cache has of every session
    AGE_CHECK = "age-check"  # looks for listings that are too old
    REJECTION = "rejection"  # replaces the token of a session that AWS refused
    ACCOUNT = "account"  # lists an account again
    ROW = "row"  # goes to the permission set of a profile
    # profiles
    CONFIG = "config"  # reads the config on demand
    SAVE = "save"  # opens the form that saves a profile
    VERIFICATION = "verification"  # asks AWS about a profile, for one screen
    ALL_VERIFICATIONS = "all-verifications"  # asks AWS about many profiles, for one screen
    USE = "use"  # leaves rolecall with a profile
    # session_edits
    SESSION_EDIT = "session-edit"  # opens the form or the question
    # annotations
    ANNOTATION = "annotation"  # opens the form
    # profile_edits
    EDIT = "edit"  # opens a form, a question or the drift
    DRIFT = "drift"  # compares the profiles with the listing again
    # credentials
    KEYS = "keys"  # opens the screen with the keys
    KEYS_FILE = "keys-file"  # plans to write the keys to a file, and asks
    LOG = "log"  # looks for an access key in the log
    # workbench
    WORKBENCH = "workbench"  # opens the workbench
    WORKBENCH_FILE = "workbench-file"  # plans to write its profiles, and asks
    # runs
    RUN = "run"  # opens the form for a command
    STOP = "stop"  # asks before everything is stopped
    # actions
    ACTION = "action"  # prepares an action of the settings, and opens what it asks
    # navigation
    QUIT = "quit"  # asks before what was typed is lost
    # team
    TEAM = "team"  # opens the form and the question
    TEAM_ROWS = "team-rows"  # reads what was taken over, to show it again
    # settings
    SETTINGS = "settings"  # opens the form of the settings
