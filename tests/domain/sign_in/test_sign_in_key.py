"""A sign-in has one key, however its start URL is spelled."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.sign_in.sign_in_key import bare_url, sign_in_key

URL = "https://d-1234567890.awsapps.com/start"


def test_spellings_of_one_portal_have_one_key() -> None:
    for spelling in (URL, f"{URL}/", f"{URL}#", f"{URL}/#/", URL.replace("d-", "D-").upper()):
        assert sign_in_key("corp", spelling) == ("corp", URL)
        assert sign_in_key(spelling, spelling) == (URL, URL)
    assert sign_in_key("Corp", URL) == ("Corp", URL)
    assert bare_url(f"{URL}/x") != bare_url(URL)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_sqlite_makes_the_same_key(url: str) -> None:
    db = sqlite3.connect(":memory:")
    assert db.execute("SELECT lower(rtrim(?, '/#'))", (url,)).fetchone() == (bare_url(url),)
    db.close()
