"""Formats and paths of the files under ~/.aws and of our own; knows neither boto3 nor Textual."""
