"""The picker and the sign-in under the prompt, for `awsp`."""
