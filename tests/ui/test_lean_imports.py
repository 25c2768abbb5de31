"""Modules that are left out of the first paint are there when they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

LEFT_OUT = """
import sys
import rolecall.ui
from urllib.parse import urlsplit
for name in ("asyncio.sslproto", "ipaddress", "textual.command"):
    assert sys.modules[name].__spec__ is None, name
"""
USED = """
import urllib.parse
assert urlsplit("https://[::1]:8443/start").port == 8443
real = sys.modules["ipaddress"]
assert real.__spec__ is not None
assert urllib.parse.ipaddress.ip_address is real.ip_address
assert sys.modules["ipaddress"] is real
from asyncio import sslproto
assert sslproto.SSLProtocol is sys.modules["asyncio.sslproto"].SSLProtocol
from textual.command import SearchIcon
assert SearchIcon.__module__ == "textual.command"
"""
BEFORE = """
import sys, ssl, ipaddress
import asyncio.sslproto as known
import rolecall.ui
assert sys.modules["asyncio.sslproto"] is known and sys.modules["ipaddress"] is ipaddress
"""


@pytest.mark.parametrize("script", [LEFT_OUT, LEFT_OUT + USED, BEFORE], ids=range(3))
def test_what_is_left_out_is_imported_when_it_is_used(script: str) -> None:
    subprocess.run([sys.executable, "-c", script], check=True)
