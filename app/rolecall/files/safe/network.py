"""Whether a file is on a network file system, where memory is not shared between machines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mounts")
_TYPES: Final = re.compile(
    r"nfs[0-9]*|cifs|smb\w*|afs|9p|ceph|lustre|gpfs|glusterfs|beegfs|fuse\.(sshfs|glusterfs|s3fs)"
)


def is_on_network(path: Path, mounts: Path = MOUNTS) -> bool:
    """Return whether the nearest mount point is one of a network; False where that is unknown."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
        real = path.resolve()
    except (OSError, RuntimeError):  # no /proc, or a loop of links
        return False
    kind, longest = "", -1
    for line in lines:
        _, point, found, *_ = line.split(" ")
        place = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point))
        # A later mount hides an earlier one in the same place.
        if len(place.parts) >= longest and (place == real or place in real.parents):
            kind, longest = found, len(place.parts)
    return bool(_TYPES.fullmatch(kind))
