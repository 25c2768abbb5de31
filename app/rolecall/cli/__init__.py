"""The commands: each a few lines over services; the UI is imported last, and only when needed."""
