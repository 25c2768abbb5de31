"""Problems in a file of ~/.aws: what clients read differently, or what only looks right.

A finding names the line. The comments of `FindingKind` say which client reads what, as tested with
the clients (tests/files/corpus); `presentation/texts/file_strings.py` has the sentences.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from rolecall.domain.records import dataclass


class FindingKind(Enum):
    """In the comments, CLI is the AWS CLI and boto3; JS is the SDK for JavaScript."""

    # Headers
    TWO_DEFAULTS = "two-defaults"  # CLI: the later one; JS, Go: [profile default]
    REPEATED = "repeated"  # one name, quoted differently. CLI: only the last; JS merges them
    HEADER_GLUED = "header-glued"  # `[profile x]# c`. JS: no header, keys go to the one above
    HEADER_SPACING = "header-spacing"  # `[profile  x]`. JS: skipped
    NAME_NOT_SHARED = "name-not-shared"  # spaces, accents, … JS: skipped
    NOT_A_PROFILE = "not-a-profile"  # `[x]`, `[ profile x ]`, `[profilex]`: skipped by all
    NOT_A_SESSION = "not-a-session"  # `[sso-session spa"ce]`: skipped by CLI
    ONLY_JAVASCRIPT = "only-javascript"  # `[profile.x]`
    JAVASCRIPT_REFUSES = "javascript-refuses"  # `[profile __proto__]`: JS drops the whole file
    DEFAULTS_FOR_ALL = "defaults-for-all"  # `[DEFAULT]`. CLI: its keys are in every section
    # Keys
    KEY_CASE = "key-case"  # `Region = x`. CLI: region; JS: another key
    COLON = "colon"  # `region: x`. JS: skipped
    COMMENT_IN_VALUE = "comment-in-value"  # `x # c`. CLI: all of it; JS, Go: x
    EMPTY_VALUE = "empty-value"  # `region =`. CLI: empty; JS: not set
    CONTINUED = "continued"  # a value with continuation lines. JS: its first line only
    HEADER_IN_VALUE = "header-in-value"  # indented `[profile x]`. CLI: value; JS: a section
    LINE_NOT_SHARED = (
        "line-not-shared"  # `region # c = x`, odd white space. JS: another key or value
    )
    NESTED_BY_INDENT = "nested-by-indent"  # an indented key after a nested one. JS: nested too
    CARRIAGE_RETURNS = "carriage-returns"  # lines that end in CR only. JS: one long line
    # Meaning
    SESSION_MISSING = "session-missing"  # sso_session names none
    SESSION_DIFFERS = "session-differs"  # a key is in the session too, with another value
    REGION_DIFFERS = "region-differs"  # two legacy profiles with one sso_start_url
    SESSION_INCOMPLETE = "session-incomplete"  # no sso_start_url or no sso_region
    REGION_MISTYPED = "region-mistyped"  # sso_region is like one that exists
    REGION_UNKNOWN = "region-unknown"  # sso_region is like none
    PROFILE_INCOMPLETE = "profile-incomplete"  # some of an SSO profile's keys: CLI refuses it
    SERVICES_MISSING = "services-missing"  # services names none, or an empty one
    ENDPOINT_INVALID = "endpoint-invalid"  # endpoint_url is not a web address: CLI refuses it
    ACCOUNT_ID_INVALID = "account-id-invalid"  # not 12 digits: AWS refuses it
    ROLE_ARN_MISSING = "role-arn-missing"  # web_identity_token_file alone: CLI refuses it
    LOGIN_NEEDS_CRT = "login-needs-crt"  # login_session; CLI brings awscrt, boto3 does not
    SSO_IN_CREDENTIALS = "sso-in-credentials"  # CLI, JS: they override those of the config
    ROLE_ARN_INVALID = "role-arn-invalid"  # AWS refuses it
    SOURCE_MISSING = "source-missing"  # source_profile names none, in either file
    PROGRAM_MISSING = "program-missing"  # rolecall's credential_process names no program
    PROCESS_PROFILE_MISSING = "process-profile-missing"  # rolecall's credential_process names none
    SOURCE_LOOP = "source-loop"  # source_profile leads back
    NO_SOURCE = "no-source"  # role_arn, and neither source_profile nor credential_source
    TWO_SOURCES = "two-sources"  # both of them
    CREDENTIAL_SOURCE_UNKNOWN = "credential-source-unknown"  # CLI: case-sensitive
    SCOPES_MISSING = "scopes-missing"  # no sso_registration_scopes: no refresh token
    ACCOUNT_ACCESS_INVALID = "account-access-invalid"  # no roles: not the address of a portal
    SHADOWED_KEYS = "shadowed-keys"  # keys under an SSO profile's name. CLI: SSO; JS, Go: keys
    # Files
    BROKEN_CACHE_FILE = "broken-cache-file"  # the CLI fails until it is deleted
    EXPOSED = "exposed"  # secrets that others on the machine can read
    CHANGEABLE = "changeable"  # others on the machine can change it
    FOREIGN_FILE = "foreign-file"  # so can its owner
    # Folders
    CHANGEABLE_FOLDER = "changeable-folder"  # others on the machine can add or replace files in it
    FOREIGN_FOLDER = "foreign-folder"  # so can its owner
    LEFT_BEHIND = "left-behind"  # temporary files, which may have secrets
    HOME_UNWRITABLE = "home-unwritable"  # none of the folders for what is saved can be written
    CONFIG_UNWRITABLE = "config-unwritable"  # the folder of the config or credentials file
    TOKENS_UNWRITABLE = "tokens-unwritable"
    LOGINS_UNWRITABLE = "logins-unwritable"
    ROLE_KEYS_UNWRITABLE = "role-keys-unwritable"  # the AWS CLI's cache
    STATE_UNWRITABLE = "state-unwritable"
    LISTS_UNWRITABLE = "lists-unwritable"
    SETTINGS_UNWRITABLE = "settings-unwritable"


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` counts from 1; 0 means the whole file. `subject` is the profile, session or key, made
    safe; `other` is a second line that is involved, in `other_path` if that is another file;
    `detail` is what is missing, or why a folder cannot be written. `is_elsewhere`: it is about a
    profile, but its line is not in the profile's section of ~/.aws/config.
    """

    kind: FindingKind
    path: Path
    line: int = 0
    subject: str = ""
    other: int = 0
    detail: str = ""
    other_path: Path | None = None
    is_elsewhere: bool = False
