"""Which names are production: the table of examples, and the words and globs of a setting."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.production import (
    ANY,
    PRODUCTION,
    Production,
    ProductionRule,
    more_than_default,
    production_rule,
    with_shared,
    words_of,
)
from rolecall.domain.text import safe
from tests.support.for_each import for_each

PRODUCTION_NAMES = [
    "prod", "Prod", "PROD", "prd", "PRD", "production", "prod1", "prod-2", "acme-prod", "Prod EU",
    "shop_prod-2", "[prod] payments", "checkout production", "x-Production-y", "本番環境",
    "CoreProd", "IdentityPrd", "prodEU", "ProdEU", "CoreProductionEU", "AWSProd", "coreProd2",
    "core.prod", "team/Prod", "nonsense-prod", "preview-prod",
]  # fmt: skip
OTHER_NAMES = [
    "", "dev", "product", "Product", "productEU", "CoreProducts", "reproduce", "ReProduce",
    "productionize", "prodigy", "eprods", "PRODUCT", "nonprod", "NonProd", "nonProd", "NONPROD",
    "non-prod", "Non Prod", "non.prod", "not prod", "notProd", "pre_prod", "PreProd", "preprod",
    "preproduction", "PreProductionEU", "CoreNonProd", "CorePreProd",
]  # fmt: skip


@for_each("name", PRODUCTION_NAMES)
def test_these_names_are_production(name: str) -> None:
    assert production_rule(PRODUCTION).matches(name)


@for_each("name", OTHER_NAMES)
def test_these_names_are_not_production(name: str) -> None:
    assert not production_rule(PRODUCTION).matches(name)


@for_each(
    ("words", "names", "others"),
    [
        ("live", ["live", "CoreLive", "core-live2", "LIVE"], ["Delivery", "alive", "pre-live"]),
        ("prod|live", ["prod", "live"], ["non-prod", "product"]),
        ("prod-*", ["prod-", "Prod-EU"], ["prod", "acme-prod-eu"]),
        ("*prod*", ["acmeprod", "nonprod", "prod"], ["prd"]),
        ("a*b*c", ["abc", "a-b-c", "ABBC"], ["acb", "ab", "xabc", "abcx"]),
        ("aba*ba", ["ababa"], ["aba"]),
        ("東京", ["東京環境", "non-東京"], ["東"]),
        ("prod (eu", [], ["prod"]),
        ("straße", ["STRASSE"], []),
        ("*", ["x", "東"], [""]),
        ("", [], ["prod", ""]),
    ],
)
def test_words_and_globs_match(words: str, names: list[str], others: list[str]) -> None:
    matches = ProductionRule(words).matches
    assert {name: matches(name) for name in names} == dict.fromkeys(names, True)
    assert {name: matches(name) for name in others} == dict.fromkeys(others, False)


@for_each(
    ("setting", "words"),
    [
        ("", ""),
        ("prod|live", "prod|live"),
        (" prod | |live|prod", "prod|live"),
        ("prod-*|*live*", "prod-*|*live*"),
        ("core.prod", "core.prod"),
        ("(?i)prod|live", "prod|live"),
        (r"\bprod\b", "prod"),
        (r"\b(prod|live)\b", "prod|live"),
        ("^prod-.*", "prod-*"),
        ("^(?:prod|prd)-", "prod-*|prd-*"),
        (".*prod.*", "*prod*"),
        ("prod.+eu$", "*prod*eu"),
        (r"core\.prod", "*core.prod*"),
        ("^CoreLive$", "CoreLive"),
        (".*", "*"),
        ("^", "*"),
    ],
)
def test_an_old_expression_with_an_obvious_meaning_is_converted(setting: str, words: str) -> None:
    assert words_of(setting) == words
    assert words_of(words) == words


@for_each(
    "setting",
    [
        *("(?!)", "prod|(?!)", "^$", "|", " ", "(", "[", "prod[0-9]+", "pro?d", r"\bprod"),
        *(r"[\w-]?" * 48 + "!", r"(\w|-|.)" * 33 + "!", r"(?x)([\w-]+) +!", "(a+)+$", "(a|a)*b"),
        *(f"a{{{10**12}}}", "(" * 5000, r"a\|b", r"r\+d", r"^core\.", r"\\.*", "(?i:prod)"),
    ],
)  # fmt: skip
def test_any_other_expression_is_refused(setting: str) -> None:
    assert words_of(setting) is None


_PARTS = st.sampled_from(["^", "$", r"\b", ".*", ".+", r"\.", "-", "prod", "live", "x"])


@given(st.lists(_PARTS, max_size=8).map("".join), st.text("prodlivex-. ", max_size=12))
def test_a_converted_expression_matches_no_less(setting: str, name: str) -> None:
    """Only a word alone means less: it has no letters around it, and no `non-` before it."""
    words = words_of(setting)
    if words and "*" in words and words != setting:
        assert not re.search(setting, name) or not name or ProductionRule(words).matches(name)


@pytest.mark.parametrize("words", ["*a" * 150 + "*b", "a" * 300, "|".join(["a*b"] * 75)])
def test_a_long_name_takes_no_longer_than_its_length(words: str) -> None:
    assert not ProductionRule(words).matches("a" * 100_000)


def test_what_a_team_shares_is_only_more() -> None:
    assert with_shared("mine", "prod|live|mine") == "mine|prod|live"
    assert with_shared("", "live") == "live"
    assert more_than_default(with_shared(PRODUCTION, "live|prod")) == "live"


def test_a_name_is_matched_as_it_was_before_it_was_made_safe() -> None:
    assert ProductionRule("a\x1bb*").matches(safe("a\x1bb"))


def test_any_name_of_an_account_decides_for_all_that_is_in_it() -> None:
    names = {"1": ["データ基盤", "data-platform-prod"], "2": ["sandbox"]}
    production = Production(production_rule(PRODUCTION), lambda account: names.get(account, ()))
    assert production.is_production("1")
    assert production.is_production("1", "data-platform-dev")
    assert not production.is_production("2", "sandbox-dev")
    assert production.is_production("2", "sandbox-prod")
    assert not production.is_production("3", "x")


def test_an_account_that_is_unknown_is_in_no_account() -> None:
    production = Production(production_rule(PRODUCTION), lambda account: [account, "prod"])
    assert not production.is_production("", "keys")
    assert production.is_production("", "keys-prod")


def test_all_is_production_while_the_settings_cannot_be_read() -> None:
    production = Production(production_rule(ANY), lambda _: ())
    assert production.is_production("1")
    assert production.is_production("", "keys")
    assert not production.is_production("")  # a shell without a profile


def test_names_of_profiles_to_save_count_for_the_account() -> None:
    production = Production(production_rule(PRODUCTION), {"1": ["dev"]}.__getitem__)
    assert not production.is_production("1")
    assert production.with_names({"1": ["dev", "prod"]}).is_production("1")
    assert not production.with_names({"2": ["prod"]}).is_production("1")
