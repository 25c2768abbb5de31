"""One widget a file, named as its class."""
