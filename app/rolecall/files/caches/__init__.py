"""Caches of tokens and credentials, shared with the AWS CLI, and launch images."""
