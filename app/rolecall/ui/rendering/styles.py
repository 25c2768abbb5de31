"""The style sheets: in the package when it is installed, at the root of a checkout."""

from __future__ import annotations

from pathlib import Path, PurePath

_PACKAGE = Path(__file__).resolve().parents[2]
_FOLDERS = (_PACKAGE / "styles", _PACKAGE.parent.parent / "styles")


def stylesheets(*names: str) -> list[str | PurePath]:
    """Return the paths of `styles/NAME.tcss`, for a CSS_PATH. Raises FileNotFoundError."""
    return [_stylesheet(name) for name in names]


def _stylesheet(name: str) -> Path:
    for folder in _FOLDERS:
        if (path := folder / f"{name}.tcss").is_file():
            return path
    raise FileNotFoundError(f"{name}.tcss is neither in {_FOLDERS[0]} nor in {_FOLDERS[1]}")
