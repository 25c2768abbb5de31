"""The virtual table: only the lines that are seen are made."""
