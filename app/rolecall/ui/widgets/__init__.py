"""One widget per file, named as its class."""
