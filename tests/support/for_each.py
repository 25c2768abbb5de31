"""Tests with a table of cases, as one test: collecting thousands of tests takes seconds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any


def for_each(
    names: str | Iterable[str], cases: Iterable[Any]
) -> Callable[..., Callable[..., None]]:
    """Run the test with each case. As `pytest.mark.parametrize`, for tests without fixtures.

    All cases run. The failure is that of the first wrong case, with a note of all wrong ones.
    """
    named = [names] if isinstance(names, str) else list(names)
    rows = [(row,) if isinstance(names, str) else row for row in cases]
    assert rows

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        def run(**given: Any) -> None:
            failures = []
            for row in rows:
                case = dict(zip(named, row, strict=True)) | given
                try:
                    test(**case)
                except AssertionError as error:
                    failures.append((case, error))
            if failures:
                for case, _ in failures:
                    failures[0][1].add_note(f"case: {case}")
                raise failures[0][1]

        run.__name__, run.__module__, run.__doc__ = test.__name__, test.__module__, test.__doc__
        signature = inspect.signature(test)
        others = [one for name, one in signature.parameters.items() if name not in named]
        run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return run

    return decorate
