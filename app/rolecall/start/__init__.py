"""What happens before a command or the full screen is imported: the top layer."""
