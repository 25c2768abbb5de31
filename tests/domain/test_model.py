from __future__ import annotations

import pytest

from rolecall.domain.model import SsoSession


@pytest.mark.parametrize(
    ("start_url", "label"),
    [
        ("https://d-1234567890.awsapps.com/start", "d-1234567890.awsapps.com"),
        ("https://acme.awsapps.com/start/#/", "acme.awsapps.com"),
        (
            "https://start.us-gov-home.awsapps.com/directory/d-1234567890",
            "start.us-gov-home.awsapps.com/directory/d-1234567890",
        ),
        ("typed by hand", "typed by hand"),
        ("", ""),
    ],
)
def test_a_legacy_session_is_labelled_with_its_short_start_url(start_url: str, label: str) -> None:
    assert SsoSession(None, start_url, "eu-west-1").label == label
    assert SsoSession("corp", start_url, "eu-west-1").label == "corp"
