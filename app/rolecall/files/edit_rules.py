"""Why an edit is refused: the words in `EditRefused.problem`."""

from __future__ import annotations

from enum import Enum


class EditRule(Enum):
    """`presentation/file_strings.py` has the sentence for each."""

    NAME = "name"
    KEY = "key"
    VALUE_CONTROL = "value-control"
    VALUE_COMMENT = "value-comment"
    VALUE_SPACE = "value-space"
    VALUE_EMPTY = "value-empty"
    TAKEN = "taken"
    MISSING = "missing"
    INHERITED = "inherited"  # it stands in [DEFAULT], and would show through
    OTHERS_READ_IT = "others-read-it"  # a client would read something else than the others
    UNSAFE = "unsafe"  # the file would say what nobody asked for
    LONG_LIVED_KEYS = "long-lived-keys"
    SSO_PROFILE = "sso-profile"
