"""What the terminal is and what it can do."""
