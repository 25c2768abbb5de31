"""The screen of the log of what was handed out."""
