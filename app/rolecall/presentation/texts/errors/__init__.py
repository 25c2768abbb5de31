"""The sentences of errors."""
