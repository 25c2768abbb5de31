"""The settings and actions of the user."""
