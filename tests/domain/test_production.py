"""Which names are production: the table of examples, and a user's own pattern."""

import pytest

from rolecall.domain.production import PRODUCTION, is_production

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
    assert is_production(PRODUCTION, "dev", name)


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_these_names_are_not_production(name: str) -> None:
    assert not is_production(PRODUCTION, "dev", name)


def test_a_pattern_of_the_settings_sees_the_name_as_it_is_and_split() -> None:
    assert is_production("^CoreLive$", "CoreLive")
    assert is_production(r"\blive\b", "CoreLive")
    assert not is_production(r"\blive\b", "Delivery")


def test_an_empty_pattern_matches_nothing() -> None:
    assert not is_production("", "prod")
