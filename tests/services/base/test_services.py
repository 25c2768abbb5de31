"""All services of one rolecall, made when they are needed or all at once."""

from __future__ import annotations

from functools import cached_property

from rolecall.services.services import Services
from tests.support.desk import Desk


def test_all_services_are_built_before_threads_share_them(desk: Desk) -> None:
    services = desk.another()
    names = {name for name, each in vars(Services).items() if isinstance(each, cached_property)}
    assert len(names - vars(services).keys()) > 20
    assert services.build() is services
    assert names <= vars(services).keys()
