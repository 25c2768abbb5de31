"""What words find, and what is highlighted."""
