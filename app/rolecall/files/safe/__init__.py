"""Writing so that nothing is lost: atomic, locked, with backups."""
