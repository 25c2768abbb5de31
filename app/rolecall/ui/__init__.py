"""The user interface. Nothing outside of it imports Textual."""

from rolecall.ui.start import lean_imports

lean_imports.leave_out()
