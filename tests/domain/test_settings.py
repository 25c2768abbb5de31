"""The production pattern, and the region for profiles of an account."""

import pytest

from rolecall.domain.settings import Settings


@pytest.mark.parametrize("name", ["prod", "acme-prod", "Prod EU", "shop_prod-2", "PRD", "本番環境",
                                  "production", "x-Production-y"])  # fmt: skip
def test_production(name: str) -> None:
    assert Settings().is_production("dev", name)


@pytest.mark.parametrize("name", ["", "product", "nonprod", "non-prod", "pre_prod", "preproduction",
                                  "reproduce", "dev", "not prod"])  # fmt: skip
def test_not_production(name: str) -> None:
    assert not Settings().is_production(name)


def test_an_empty_pattern_matches_nothing() -> None:
    assert not Settings(production="").is_production("prod")


def test_the_first_matching_pattern_sets_the_region() -> None:
    settings = Settings(region="eu-west-1", regions={"*-us": "us-east-1", "acme-*": "eu-north-1"})
    assert settings.region_of("Acme-US") == "us-east-1"
    assert settings.region_of("acme-x") == "eu-north-1"
    assert settings.region_of("other") == "eu-west-1"
