"""The template of `rolecall prompt`: fields, and parts that are left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.switching.prompt_template import TemplateMistake, names, rendered
from tests.support.for_each import for_each

_FIELDS = {"profile": "dev", "left": "", "region": "eu-west-1"}


@for_each(
    ("template", "text"),
    [
        ("{profile}", "dev"),
        ("{profile}[ {left}][ ({region})]", "dev (eu-west-1)"),
        ("[no fields]", ""),
        ("[{left} {region}]", " eu-west-1"),
        (r"\[\{x\}\] \\ 100 %", r"[{x}] \ 100 %"),
        ("", ""),
    ],
)
def test_empty_parts_are_left_out(template: str, text: str) -> None:
    assert rendered(template, _FIELDS) == text


@for_each(
    "template", ["{nobody}", "{}", "{profile", "a}", "[", "a]", "[[{profile}]]", "{a.b}", "x\\"]
)
def test_a_mistake_is_found(template: str) -> None:
    with pytest.raises(TemplateMistake):
        rendered(template, _FIELDS)


@given(st.text(alphabet="{}[]\\ profile\n%"))
def test_any_template_is_rendered_or_refused(template: str) -> None:
    try:
        text = rendered(template, _FIELDS)
    except TemplateMistake as mistake:
        assert mistake.text in template
    else:
        assert isinstance(text, str)
        assert names(template) <= _FIELDS.keys()
