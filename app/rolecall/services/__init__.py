"""What a user wants done, joining aws and files; clock, sleep and clients are handed in."""
