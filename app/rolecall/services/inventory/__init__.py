"""The inventory: accounts and permission sets, listed from AWS into the cache."""
