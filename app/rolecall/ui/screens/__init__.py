"""The screens, one in each file, which has the name of its class."""
