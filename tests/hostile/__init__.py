"""Hostile text in every field that comes from outside, on every screen and in every command."""
