"""The screen of tokens and of all else that expires."""
