"""Start URLs, codes, and how far a sign-in is."""
