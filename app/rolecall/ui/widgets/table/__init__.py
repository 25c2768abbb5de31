"""The virtual table, which builds only the visible lines."""
