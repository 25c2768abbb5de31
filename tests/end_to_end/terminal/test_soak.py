"""Memory from the first visit of every screen, the first listing and the first filter on.

`make bench ARGUMENTS=soak` is the long run.
"""

from __future__ import annotations

from rolecall.services.inventory.crawl import WORKERS
from tests.bench.bench_soak import soaking

ACCOUNTS = 150
COUNT = 30
LARGEST_SHARE = 1.05


def test_no_operation_makes_memory_grow() -> None:
    with soaking(ACCOUNTS) as (soak, _):
        for operation in (soak.tour, soak.list, soak.filter):
            operation(1)
            before = soak.size()
            operation(COUNT)
            after = soak.size()
            share = after.memory / before.memory
            assert share <= LARGEST_SHARE, f"{operation.__name__}: {before} {after}"
            # A connection stays open for each worker that has had to wait for another.
            assert after.files <= before.files + WORKERS, operation.__name__
            assert after.threads <= before.threads, operation.__name__
