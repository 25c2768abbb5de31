"""What `--help` prints."""
