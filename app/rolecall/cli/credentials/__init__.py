"""Commands that hand out credentials, and the link to the console."""
