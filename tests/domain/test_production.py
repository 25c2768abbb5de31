"""Which names are production: the table of examples, and a user's own pattern."""

import pytest

from rolecall.domain.production import ANY, PRODUCTION, Production, ProductionRule, production_rule
from rolecall.domain.text import safe

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


@pytest.mark.parametrize("name", PRODUCTION_NAMES)
def test_these_names_are_production(name: str) -> None:
    assert production_rule(PRODUCTION).matches(name)


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_these_names_are_not_production(name: str) -> None:
    assert not production_rule(PRODUCTION).matches(name)


def test_a_pattern_of_the_settings_sees_the_name_as_it_is_and_split() -> None:
    assert ProductionRule("^CoreLive$").matches("CoreLive")
    assert ProductionRule(r"\blive\b").matches("CoreLive")
    assert not ProductionRule(r"\blive\b").matches("Delivery")


def test_an_empty_pattern_matches_nothing() -> None:
    assert not ProductionRule("").matches("prod")


def test_no_name_is_no_production_name() -> None:
    assert not ProductionRule(".*").matches("")


def test_a_name_is_matched_as_it_was_before_it_was_made_safe() -> None:
    assert ProductionRule("^a\x1bb$").matches(safe("a\x1bb"))


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
