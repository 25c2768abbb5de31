"""No text that a user reads bypasses translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from rolecall.presentation import sign_in_progress
from rolecall.presentation.texts import file_strings, program_strings

PACKAGE = Path(__file__).resolve().parents[2] / "app" / "rolecall"
TRANSLATED = {"_", "ngettext", "pgettext", "Counted"}
# Command lines and sections of files, the same in every language.
EXAMPLES = {"as_is", "_for_shells"}

# A user reads what these functions get as their first argument, or a few as their second.
SHOWS = {
    *("echo", "confirm", "print", "flash", "flash_good", "flash_warning"),
    *("Static", "Note", "UsageError", "BadParameter", "ClickException", "show"),
}
SHOWS_SECOND = {"Column", "FieldSpec"}
SHOWS_KEYWORDS = {"help", "hint", "placeholder", "title", "prompt"}

# In presentation: what is the same in every language.
UNTRANSLATED = {
    # keys of the keyboard, as they are written on it
    *("Enter", "Esc", "PgUp", "PgDn", "Tab", "Space", "Shift+Tab", "Ctrl+"),
    *("j k ↑ ↓", "g G Home End", "PgUp PgDn Ctrl+U Ctrl+D"),
    # commands, programs and formats
    *("rolecall watch", "rolecall init {shell}", "`rolecall sign-in {session}`", "JSON", "INI"),
    *("aws sts get-caller-identity --profile {name}", "`rolecall login {profile}`"),
    *("`rolecall sign-in {name}`", "`rolecall login {name}`", " --region {region}`"),
    *(" (saml2aws, okta-aws-cli)", " (aws-azure-login, clisso)", " (gsts)", " (aws-mfa, awsume)"),
    *("UTC", " UTC", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"),
    # examples of values
    *("https://d-1234567890.awsapps.com/start", "arn:aws:iam::123456789012:role/Deployer"),
    # arrangements of values without words
    *("{command}: {reason}", "{name}  {expired}", "{problem}", "! {problem}", "{name}-keys"),
    "undo ",  # the first word of a summary in a backup
    # keys of the tables of texts
    *sign_in_progress.KINDS,
    *file_strings.REASONS,
    *file_strings.WAYS_OUT,
    *program_strings.EXIT_STATUSES,
    *program_strings.VARIABLES_AND_USES,
}
# Modules of presentation without texts, and one with the markup of a page.
WITHOUT_TEXTS = {"translation.py", "keymap.py", "qr.py", "paths.py"}


def docstrings(tree: ast.Module) -> set[int]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant() as constant), *_]:
                    found.add(id(constant))
    return found


def called(node: ast.AST) -> str:
    """Return the name of the function that is called, or ""."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def texts_in(node: ast.AST, skipped: Collection[int] = ()) -> Iterator[str]:
    """Return the string literals in the node, except those that are translated or skipped."""
    if called(node) in TRANSLATED or id(node) in skipped:
        return
    if called(node) in EXAMPLES:  # a user types it, and reads what it is for
        for child in ast.iter_child_nodes(node):
            yield from filter(None, (each.partition("# ")[2] for each in texts_in(child, skipped)))
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    shown = node.value if isinstance(node, ast.Subscript) else node  # a key is not shown
    for child in ast.iter_child_nodes(shown):
        yield from texts_in(child, skipped)


def has_words(text: str) -> bool:
    """Whether a user would read it: a capital letter, or letters and a space."""
    plain = re.sub(r"\{[^}]*\}", "", text)
    return bool(re.search(r"[A-Z][A-Za-z]|[a-z]{2}.* ", plain)) and "<html" not in text


def bypassing_in_presentation(source: str) -> set[str]:
    tree = ast.parse(source)
    return set(filter(has_words, texts_in(tree, docstrings(tree))))


def shown_in(tree: ast.AST) -> Iterator[ast.expr]:
    """Return the expressions that a user gets to read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if called(node) in SHOWS:
                yield from node.args[:1]
            if called(node) in SHOWS_SECOND:
                yield from node.args[1:2]
            yield from (each.value for each in node.keywords if each.arg in SHOWS_KEYWORDS)


def bypassing_elsewhere(source: str) -> set[str]:
    return {
        text
        for shown in shown_in(ast.parse(source))
        if isinstance(shown, ast.Constant | ast.JoinedStr | ast.BinOp | ast.IfExp)
        for text in texts_in(shown)
        if re.search("[A-Za-z]{2}", text)
    }


def modules(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (PACKAGE / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_the_check_finds_literals() -> None:
    assert bypassing_in_presentation('A = "Not marked."\nB = _("Marked.")\n"id"') == {"Not marked."}
    assert bypassing_in_presentation('as_is("run All  # Not marked")') == {"Not marked"}
    assert bypassing_in_presentation('as_is("run All  # " + _("Marked"))') == set()
    assert bypassing_in_presentation('def f():\n    """Docs."""\n    return f"{n} rows left"') == {
        " rows left"
    }
    assert bypassing_elsewhere('click.echo("Done.")\nself.flash(f"{n} rows")') == {"Done.", " rows"}
    assert bypassing_elsewhere('option("--x", help="Not marked.")\nrun("Hidden.")') == {
        "Not marked."
    }


def test_every_text_of_presentation_is_translated() -> None:
    found = {
        name_of(path): bypassing_in_presentation(path.read_text(encoding="utf-8")) - UNTRANSLATED
        for path in modules("presentation")
        if path.name not in WITHOUT_TEXTS
    }
    assert found
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_what_other_modules_show_is_no_literal() -> None:
    found = {
        name_of(path): bypassing_elsewhere(path.read_text(encoding="utf-8"))
        for path in modules("cli", "ui", "services", "terminal")
    }
    assert found
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_every_exception_is_needed() -> None:
    found = set()
    for path in modules("presentation"):
        found |= bypassing_in_presentation(path.read_text(encoding="utf-8"))
    needless = {each for each in UNTRANSLATED - found if has_words(each)}
    assert not needless


def test_every_function_that_shows_something_exists() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules("cli", "ui")]
    names = {called(node) for tree in trees for node in ast.walk(tree)}
    assert names >= SHOWS | SHOWS_SECOND


def test_no_command_shows_its_docstring_as_help() -> None:
    commands = [
        (f"{name_of(path)}: {node.name}", {keyword.arg for keyword in each.keywords})
        for path in modules("cli")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        for each in node.decorator_list
        if isinstance(each, ast.Call) and called(each) in {"command", "group"}
    ]
    assert commands
    assert [name for name, keywords in commands if "help" not in keywords] == []
