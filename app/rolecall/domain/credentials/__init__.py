"""Formats of credentials, and links into the console."""
