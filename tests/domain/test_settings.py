"""The region for profiles of an account."""

from rolecall.domain.settings import Settings


def test_the_first_matching_pattern_sets_the_region() -> None:
    settings = Settings(region="eu-west-1", regions={"*-us": "us-east-1", "acme-*": "eu-north-1"})
    assert settings.region_of("Acme-US") == "us-east-1"
    assert settings.region_of("acme-x") == "eu-north-1"
    assert settings.region_of("other") == "eu-west-1"
