"""`make delays`: the tests with random delays, as on a busy machine."""
