"""Commands that sign in and out."""
