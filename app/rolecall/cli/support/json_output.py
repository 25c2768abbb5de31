"""JSON on standard output: the same indentation in every command."""

from __future__ import annotations

import json


def json_text(value: object) -> str:
    """Return the JSON of a value, with the newline at its end."""
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n"
