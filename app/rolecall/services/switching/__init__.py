"""Which profile a shell uses."""
