"""Commands that a shell calls, and what is written for it."""
