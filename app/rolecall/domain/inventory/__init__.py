"""What a sign-in gives access to, and what is said about it."""
