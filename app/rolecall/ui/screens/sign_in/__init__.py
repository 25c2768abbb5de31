"""The screens of sessions and their sign-in."""
