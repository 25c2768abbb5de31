"""The rules that an edit of an INI file must follow: the values of `EditRefused.problem`."""

from __future__ import annotations

from enum import Enum


class EditRule(Enum):
    """A broken rule. `presentation/file_strings.py` has a sentence for each."""

    NAME = "name"
    KEY = "key"
    VALUE_CONTROL = "value-control"
    VALUE_COMMENT = "value-comment"
    VALUE_SPACE = "value-space"
    VALUE_EMPTY = "value-empty"
    TAKEN = "taken"
    MISSING = "missing"
    HEADER = "header"  # a text that should be one section is none, several, or another one
    INHERITED = "inherited"  # the key to delete is also in [DEFAULT], which would apply then
    OTHERS_READ_IT = "others-read-it"  # one client would read it differently from the others
    UNSAFE = "unsafe"  # something that was not part of the edit would change
    LONG_LIVED_KEYS = "long-lived-keys"
    SSO_PROFILE = "sso-profile"
