"""Signing in, in each way, and the sessions that are signed in to."""
