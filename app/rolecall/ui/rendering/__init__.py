"""Frames, escape sequences, drivers and the parsing of keys."""
