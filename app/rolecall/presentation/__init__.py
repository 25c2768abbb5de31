"""Every word a user reads, and how values become words."""
