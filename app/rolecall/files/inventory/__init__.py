"""The cache of accounts and permission sets."""
