"""~/.aws/config and ~/.aws/credentials: read as the clients do, edited without a lost byte."""
