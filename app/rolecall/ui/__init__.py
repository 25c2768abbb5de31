"""The user interface. Nothing outside of it imports Textual."""
