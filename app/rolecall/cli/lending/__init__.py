"""`rolecall lend`: a program gets a narrowed role in a seal."""
