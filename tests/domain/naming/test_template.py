"""The template: names, errors and completions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.errors import TemplateInvalid
from rolecall.domain.model import Account, Assignment, PermissionSet, SsoSession
from rolecall.domain.naming import names as naming
from rolecall.domain.naming.template import (
    FIELDS,
    FILTERS,
    PRESETS,
    NameFacts,
    Template,
    check,
    complete,
)
from rolecall.domain.text import safe
from tests.support.for_each import for_each

SESSION = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")
OURS = PRESETS["rolecall"]


def facts(
    account: str = "acme-Data Lake", permission_set: str = "AWSAdministratorAccess"
) -> NameFacts:
    of = Account("012345678901", safe(account), "aws+data@example.com")
    return NameFacts(SESSION, Assignment(of, PermissionSet(safe(permission_set))))


@for_each(
    ("template", "name"),
    [
        ("{account|slug}-{short}", "acme-data-lake-admin"),
        ("{permission_set}-{account_id}", "AWSAdministratorAccess-012345678901"),
        ("{account|safe}.{permission_set}", "acme-Data-Lake.AWSAdministratorAccess"),
        ("{account_id}:{permission_set}", "012345678901:AWSAdministratorAccess"),
        ("{session}/{email|slug}", "corp/aws-data-example-com"),
        ("{account|strip_prefix:acme-|slug}", "data-lake"),
        ("{permission_set|strip_suffix:Access|lower}", "awsadministrator"),
        ("{account|replace: :_|lower}", "acme-data_lake"),
        ("{account|replace:a:}", "cme-Dt Lke"),
        ("x", "x"),
    ],
)
def test_a_template_makes_names(template: str, name: str) -> None:
    assert Template.parse(template).name(facts()) == name


def test_an_account_whose_name_has_no_safe_letter_is_named_after_its_address() -> None:
    assert Template.parse("{account|safe}").name(facts("東京")) == naming.account_slug(
        facts("東京").account_of
    )


def test_what_a_template_removes_is_not_filled_in() -> None:
    assert Template.parse("x{permission_set|safe}").name(facts(permission_set="東京")) == "x"
    assert Template.parse("x{account|strip_prefix:acme}").name(facts("acme")) == "x"


@for_each(
    ("template", "column", "problem", "near"),
    [
        ("", 0, "empty", ""),
        ("a-{acount}", 3, "unknown-field", "account"),
        ("{account|slgu}", 9, "unknown-filter", "slug"),
        ("{account|slug|nothing}", 14, "unknown-filter", ", ".join(FILTERS)),
        ("a b{account}", 1, "characters", ""),
        ("{account}é", 9, "characters", ""),
        ("{account", 0, "unclosed", ""),
        ("{account-{short}", 0, "unclosed", ""),
        ("{account}}", 9, "stray", ""),
        ("x-{}", 3, "no-field", ", ".join(FIELDS)),
        ("{account|}", 9, "no-filter", ", ".join(FILTERS)),
        ("{account|replace:a}", 9, "too-few", "replace:old:new"),
        ("{account|strip_prefix:}", 9, "too-few", "strip_prefix:prefix"),
        ("{account|slug:x}", 9, "too-many", "slug"),
    ],
)
def test_a_mistake_is_reported_with_its_position(
    template: str, column: int, problem: str, near: str
) -> None:
    error = check(template)
    assert error is not None
    assert (error.column, error.problem, error.near) == (column, problem, near)


@for_each(
    ("source", "start", "words"),
    [
        ("{acc", 1, ("account", "account_id")),
        ("{", 1, tuple(FIELDS)),
        ("x-{account|", 11, tuple(FILTERS)),
        ("x-{account|lower|st", 17, ("strip_prefix", "strip_suffix")),
        ("{acuont", 1, ("account", "account_id")),
    ],
)
def test_words_that_fit_are_completed(source: str, start: int, words: tuple[str, ...]) -> None:
    found = complete(source, len(source))
    assert found is not None
    assert (found.start, found.words) == (start, words)


@pytest.mark.parametrize("source", ["", "abc", "{account}", "{account|strip_prefix:ac"])
def test_some_places_have_nothing_to_complete(source: str) -> None:
    assert complete(source, len(source)) is None


@given(account=st.text(), permission_set=st.from_regex(r"[\w+=,.@-]{1,32}", fullmatch=True))
def test_the_default_template_names_every_account(account: str, permission_set: str) -> None:
    of = facts(account, permission_set)
    name = Template.parse(OURS).name(of)
    assert naming.check(name) is None
    assert name == naming.suggest(of.account_of, of.permission_set)


_PIECES = st.sampled_from(
    ["{", "}", "|", ":", *(f"{{{each}" for each in FIELDS), *FILTERS, "a", "-", " ", "é"]
)


@given(source=st.lists(_PIECES, max_size=8).map("".join) | st.text(), account=st.text())
def test_any_template_gives_names_or_a_problem(source: str, account: str) -> None:
    try:
        template = Template.parse(source)
    except TemplateInvalid as error:
        assert 0 <= error.column <= len(source)
    else:
        assert len(template.name(facts(account))) <= naming.MAX_LENGTH


@given(source=st.lists(_PIECES, max_size=8).map("".join), data=st.data())
def test_a_completion_extends_the_typed_text(source: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(source)))
    found = complete(source, cursor)
    assert found is None or 0 < found.start <= cursor
