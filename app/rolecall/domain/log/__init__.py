"""The log of what was handed out."""
