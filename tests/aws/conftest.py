"""Fixtures: web servers of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.network.web_server import Answering, web_server


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Start a web server with this one answer; it stops with the test."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(web_server(answer))
