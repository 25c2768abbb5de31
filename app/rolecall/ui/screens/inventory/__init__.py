"""The screens of accounts and permission sets."""
