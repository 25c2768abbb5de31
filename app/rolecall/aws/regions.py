"""The regions with an Identity Center, from botocore's data. Importing botocore takes longer."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_SERVICE: Final = "oidc"  # the endpoint prefix of sso-oidc


@cache
def regions() -> tuple[str, ...]:
    """Return the regions of all partitions, sorted; none if botocore keeps them elsewhere."""
    spec = find_spec("botocore")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder, "data", "endpoints.json")
        if file.is_file():
            return tuple(sorted(_regions(json.loads(file.read_bytes()))))
    return ()


def _regions(data: dict[str, Any]) -> set[str]:
    return {
        region
        for partition in data["partitions"]
        for region in partition["services"].get(_SERVICE, {}).get("endpoints", {})
        if region in partition["regions"]
    }
