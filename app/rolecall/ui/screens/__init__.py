"""One screen a file, named as its class."""
