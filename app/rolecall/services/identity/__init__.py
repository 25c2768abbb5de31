"""Who AWS says that a profile or a shell is."""
