"""Readers that start without heavy imports, for commands that a shell waits for."""
