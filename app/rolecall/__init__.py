"""rolecall: IAM Identity Center's accounts, permission sets and tokens, in a terminal."""

__version__ = "0.1.0"
RELEASED = "2026-11-30"  # this version; the man page has it
