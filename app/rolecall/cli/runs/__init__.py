"""Commands that run a program with a role, or with many."""
