"""Memory after every screen was opened, all was listed again, and words were filtered, many times.

`make bench ARGUMENTS=soak` is the long run.
"""

from __future__ import annotations

from rolecall.services.inventory.crawl import WORKERS
from tests.bench.bench_soak import soaking

ACCOUNTS = 150
WARM_UP, COUNT = 20, 20  # until then memory grows by what waits to be collected
LARGEST_SHARE = 1.05


def test_no_operation_makes_memory_grow() -> None:
    with soaking(ACCOUNTS) as (soak, _):
        for operation in (soak.tour, soak.list, soak.filter):
            operation(WARM_UP)
            before = soak.size()
            operation(COUNT)
            after = soak.size()
            share = after.memory / before.memory
            assert share <= LARGEST_SHARE, f"{operation.__name__}: {before} {after}"
            # A connection stays open for each worker that has had to wait for another.
            assert after.files <= before.files + WORKERS, operation.__name__
            assert after.threads <= before.threads, operation.__name__
