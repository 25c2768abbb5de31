"""Plans for many new profiles."""
