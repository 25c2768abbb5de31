"""Commands that list accounts and permission sets."""
