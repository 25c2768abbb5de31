"""Calls to AWS. Only this package imports boto3, and only inside functions, to start fast."""
