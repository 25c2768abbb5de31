"""Modules that are left out of the first paint are there when they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

NAMES = """
asyncio.sslproto asyncio.staggered difflib ipaddress locale mimetypes platformdirs textual.command
textwrap tokenize typing_extensions uuid
"""
LEFT_OUT = f"""
import sys
import rolecall.ui
from urllib.parse import urlsplit
for name in {NAMES.split()}:
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
from uuid import uuid4
assert uuid4() != uuid4() and sys.modules["uuid"].__spec__ is not None
from uuid import uuid4 as real_uuid4
assert real_uuid4 is sys.modules["uuid"].uuid4 is not uuid4
import typing
from typing_extensions import Protocol, deprecated
assert Protocol is typing.Protocol and sys.modules["typing_extensions"].__spec__ is not None
"""
TOGETHER = """
import rolecall.ui, mimetypes, sys, threading
barrier = threading.Barrier(8)
def use():
    barrier.wait()
    found.append(mimetypes.MimeTypes)
found = []
threads = [threading.Thread(target=use) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert found == [sys.modules["mimetypes"].MimeTypes] * 8, found
"""
BEFORE = """
import sys, ssl, ipaddress
import asyncio.sslproto as known
import rolecall.ui
assert sys.modules["asyncio.sslproto"] is known and sys.modules["ipaddress"] is ipaddress
"""


@pytest.mark.parametrize("script", [LEFT_OUT, LEFT_OUT + USED, BEFORE, TOGETHER], ids=range(4))
def test_what_is_left_out_is_imported_when_it_is_used(script: str) -> None:
    subprocess.run([sys.executable, "-c", script], check=True)
