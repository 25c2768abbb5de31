"""Boosts: sort keys that put favourites first, and then what was used last.

A boost is the time of the last use, in seconds since the epoch; `rolecall switch NAME` imports
this module, so it imports nothing slow.
"""

from __future__ import annotations

from typing import Final

FAVOURITE: Final = 1e12  # added to the boost of a favourite; more than any time
