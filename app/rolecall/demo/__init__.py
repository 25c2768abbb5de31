"""An Identity Center on loopback: what `rolecall --demo` opens, and what the tests run against."""
