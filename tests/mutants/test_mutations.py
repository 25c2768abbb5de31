"""The mutants of small pieces of code."""

from __future__ import annotations

from tests.mutants.mutations import mutants
from tests.support.for_each import for_each


@for_each(
    ("code", "changed"),
    [
        ("x = a < b", ["x = (a <= b)"]),
        ("x = a and b", ["x = (a or b)", "x = (a)", "x = (b)"]),
        ("x = not a", ["x = (a)"]),
        ("x = a + 1", ["x = (a - 1)", "x = a + (2)"]),
        ("x &= y", ["x = y"]),
        ("x = all(y)", ["x = any(y)"]),
        ("x = [y for y in z if y]", ["x = [y for y in z if (True)]"]),
        ("while x:\n    break", ["while (not x):\n    break", "while x:\n    continue"]),
        ("def f(x: int = 1) -> int:\n    '''A.'''\n    raise X", ["(2)", "pass"]),
        ("def f():\n    g()\n    return 'é', True", ["pass", "return None", "(False)"]),
        ("x: Final[Literal[1]] = 'a'", []),
        ("if TYPE_CHECKING:\n    x = 1", []),
        ("x = f'{1}'", []),
    ],
)
def test_a_mutant_is_one_change(code: str, changed: list[str]) -> None:
    source = code.encode()
    texts = [mutant.apply(source).decode() for mutant in mutants(source)]
    assert len(set(texts)) == len(texts) == len(changed)
    for part in changed:
        assert any(text == part or part in text for text in texts), (part, texts)


def test_every_line_has_its_number() -> None:
    source = "é = 'é' and 1\nx = 2\n".encode()
    assert [(each.line, str(each)) for each in mutants(source)][-1] == (2, "2 → (3)")
