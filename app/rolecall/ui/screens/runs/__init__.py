"""The screens of a command that runs with many roles."""
