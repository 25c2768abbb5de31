"""Names of roles. tests/cli/profiles/test_role_words.py tests what words mean, in all commands."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolecall
from rolecall.domain.search.role_search import named

NAMES = ["ReadOnly", "role/ReadOnly", "role/Ops", "role/a/Deploy", "role/b/Deploy", "role/x/Ops2"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ReadOnly", ["ReadOnly"]),  # a permission set comes before a role with that short name
        ("role/ReadOnly", ["role/ReadOnly"]),
        ("Ops", ["role/Ops"]),
        ("x/Ops2", ["role/x/Ops2"]),
        ("Deploy", ["role/a/Deploy", "role/b/Deploy"]),
        ("b/Deploy", ["role/b/Deploy"]),
        ("ops", []),
        ("Op", []),
        ("", []),
    ],
)
def test_a_role_is_named_in_full_or_without_its_path(name: str, found: list[str]) -> None:
    assert named(name, NAMES) == found


def test_only_this_module_searches_roles() -> None:
    """The log searches its own entries, and a table those that it shows."""
    package = Path(rolecall.__file__).parent
    users = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "domain/search/query.py" not in path.as_posix() and "SearchIndex" in path.read_text()
    }
    assert users == {
        *(
            "domain/search/folding.py",
            "domain/search/scattered_letters.py",
            "domain/search/query_word.py",
        ),
        *("domain/search/role_search.py", "services/log/hand_outs.py", "ui/widgets/table/rows.py"),
    }
