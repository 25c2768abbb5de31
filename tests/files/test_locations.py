"""The paths are where botocore and the AWS CLI look for the files."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from rolecall.domain.errors.file_errors import HomeUnknown
from rolecall.files.locations import Locations
from tests.support.for_each import for_each
from tests.support.programs import completed, require_root

BOTOCORE = """
import json, os
from botocore.session import Session
from botocore.utils import SSOTokenLoader, JSONFileCache
from botocore.tokens import SSOTokenProvider
session = Session()
def expanded(name):
    return os.path.expanduser(os.path.expandvars(session.get_config_variable(name)))
print(json.dumps([expanded("config_file"), expanded("credentials_file"),
                  SSOTokenProvider._SSO_TOKEN_CACHE_DIR]))
"""
ENVIRONMENTS = [
    {"HOME": "/h"},
    {"HOME": "/h/"},
    {"HOME": "/"},
    {"HOME": ""},
    {"HOME": "/h", "AWS_CONFIG_FILE": "~/c"},
    {"HOME": "/h", "AWS_CONFIG_FILE": "~"},
    {"HOME": "/h", "AWS_CONFIG_FILE": "~root/c"},
    {"HOME": "/h", "AWS_CONFIG_FILE": "~nobody-here/c"},
    {"HOME": "/h", "AWS_CONFIG_FILE": "relative/c"},
    {"HOME": "/h", "AWS_CONFIG_FILE": "$HOME/c"},
    {"HOME": "/h", "AWS_CONFIG_FILE": "${HOME}/c/$NOT_SET/${NEITHER}"},
    {"HOME": "/h", "AWS_SHARED_CREDENTIALS_FILE": "/elsewhere/k"},
    {"HOME": "/h", "AWS_SHARED_CREDENTIALS_FILE": "~/k", "AWS_CONFIG_FILE": "/c"},
    {},
]


@pytest.mark.thorough
@for_each("environ", ENVIRONMENTS)
def test_paths_are_those_of_botocore(environ: dict[str, str]) -> None:
    answer = completed([sys.executable, "-c", BOTOCORE], environ)
    config, credentials, cache = json.loads(answer.stdout)
    found = Locations.from_environment(environ)
    assert (found.config, found.credentials) == (Path(config), Path(credentials))
    assert found.sso_cache == Path(cache)


def test_an_empty_variable_means_no_file_as_in_botocore() -> None:
    found = Locations.from_environment({"HOME": "/h", "AWS_CONFIG_FILE": ""})
    assert found.config == Path()
    assert found.moved() == ("config",)


def test_paths_that_are_not_the_default() -> None:
    environ = {"HOME": "/h", "AWS_CONFIG_FILE": "/h/.aws/config"}
    assert Locations.from_environment(environ).moved() == ()
    environ |= {"AWS_SHARED_CREDENTIALS_FILE": "k", "AWS_CONFIG_FILE": "c"}
    assert Locations.from_environment(environ).moved() == ("config", "credentials")


def test_own_files_follow_the_xdg_base_directories() -> None:
    default = Locations.from_environment({"HOME": "/h", "XDG_STATE_HOME": "relative"})
    assert default.state == Path("/h/.local/state/rolecall")
    assert default.cache == Path("/h/.cache/rolecall")
    assert default.settings == Path("/h/.config/rolecall/settings.toml")
    environ = {
        "HOME": "/h",
        "XDG_STATE_HOME": "/s",
        "XDG_CACHE_HOME": "/c",
        "XDG_CONFIG_HOME": "/f",
    }
    found = Locations.from_environment(environ)
    assert found.state == Path("/s/rolecall")
    assert found.cache == Path("/c/rolecall")
    assert found.settings == Path("/f/rolecall/settings.toml")


def test_an_unknown_home_raises() -> None:
    require_root()
    pid = os.fork()
    if pid == 0:
        os.setuid(54321)
        try:
            Locations.from_environment({})
        except HomeUnknown:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
