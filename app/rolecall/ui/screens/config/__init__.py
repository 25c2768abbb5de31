"""The screen of the problems of the AWS files."""
