"""`make screenshots`: one moving picture of the others, for the README. An SVG needs no script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FRAMES: Final = (
    *("sign-in", "accounts", "permission-sets", "save", "saved", "profiles", "tokens"),
)
NAME: Final = "tour.svg"
NAME_TRANSLATED: Final = "tour-{language}.svg"
_SECONDS: Final = 3  # that each frame is shown
_VIEW_BOX: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def make_moving_picture(folder: Path, name: str, pictures: Mapping[str, str]) -> None:
    """Write the moving picture from the pictures of the screens."""
    frames = [pictures[each] for each in FRAMES]
    (folder / name).write_text(moving(frames), encoding="utf-8")


def moving(frames: list[str]) -> str:
    """Return an SVG that shows each frame for some seconds, and begins again.

    Without animations, the first frame stays.
    """
    sizes = [tuple(map(float, match.groups())) for match in map(_VIEW_BOX.search, frames) if match]
    width, height = (max(each) for each in zip(*sizes, strict=True))
    share = 100 / len(frames)
    style = (
        f".frame {{ visibility: hidden; animation: shown {_SECONDS * len(frames)}s step-end "
        "infinite; }\n.first { visibility: visible; }\n"
        "@keyframes shown { 0% { visibility: visible; } "
        f"{share:.3f}% {{ visibility: hidden; }} }}"
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">',
        f"<style>\n{style}\n</style>",
    ]
    for index, frame in enumerate(frames):
        # Each frame has its own classes and IDs.
        own = re.sub(r"\bterminal\b", f"frame{index}", frame)
        own = re.sub(r"<\?xml.*?\?>|<!--.*?-->", "", own, flags=re.DOTALL)
        own = re.sub(r"<svg [^>]*>", f'<svg viewBox="0 0 {width:g} {height:g}">', own, count=1)
        classes = "frame first" if index == 0 else "frame"
        delay = f"animation-delay: {index * _SECONDS}s"
        parts.append(f'<g class="{classes}" style="{delay}">{own.strip()}</g>')
    return "\n".join([*parts, "</svg>\n"])
