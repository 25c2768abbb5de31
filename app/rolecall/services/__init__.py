"""The use cases. They combine aws and files; clock, sleep and clients are parameters."""
