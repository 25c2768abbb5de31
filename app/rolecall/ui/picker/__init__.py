"""The inline picker of `awsp`."""
