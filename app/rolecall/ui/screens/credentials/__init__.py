"""The screens of credentials and console links."""
