"""Planted secrets, searched in everything that rolecall writes, shows and starts."""
