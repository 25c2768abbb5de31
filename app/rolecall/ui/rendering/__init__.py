"""Frames, escape sequences, drivers, and the parser of keys."""
