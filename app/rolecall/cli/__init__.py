"""The commands. Each parses its arguments, calls services and prints. `ui` is imported late."""
