"""An Identity Center of one's own, on a loopback port: the embedded default, and the tests' other side."""
