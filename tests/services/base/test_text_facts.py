"""The paths of the AWS files in messages."""

from __future__ import annotations

import pytest

from rolecall.services.base.text_facts import config_file, credentials_file


@pytest.mark.parametrize(
    ("environ", "config", "credentials"),
    [
        ({"HOME": "/home/me"}, "/home/me/.aws/config", "/home/me/.aws/credentials"),
        ({"HOME": ""}, "~/.aws/config", "~/.aws/credentials"),
        ({"HOME": "/h", "AWS_CONFIG_FILE": "/c", "AWS_SHARED_CREDENTIALS_FILE": "/k"}, "/c", "/k"),
        ({"HOME": "/h", "AWS_CONFIG_FILE": ""}, "", "/h/.aws/credentials"),
    ],
)
def test_they_are_those_that_the_clients_use(
    environ: dict[str, str], config: str, credentials: str
) -> None:
    assert (config_file(environ), credentials_file(environ)) == (config, credentials)
