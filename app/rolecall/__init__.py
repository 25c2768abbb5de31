"""rolecall: IAM Identity Center's accounts, permission sets and tokens, in a terminal."""

__version__ = "0.1.0"
