"""~/.aws/config together with ~/.aws/credentials, as the clients of AWS read them."""

from __future__ import annotations

from rolecall.domain.config import Config
from rolecall.files.config_file import ConfigFile
from rolecall.files.credentials_file import CredentialsFile


def read_both(config: ConfigFile, credentials: CredentialsFile) -> Config:
    """Return the config with what the credentials add. Raises FileError if it cannot be read."""
    return config.read().as_clients_read_it(credentials.sections())
