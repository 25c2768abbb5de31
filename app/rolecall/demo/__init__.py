"""An Identity Center of one's own on loopback: the embedded default, the tests' other side."""
