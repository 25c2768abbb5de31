"""One command over many roles: which rows, their credentials, and the programs that run."""
