"""Check ES256 signatures (RFC 7518 §3.4): ECDSA with P-256 and SHA-256.

Only public keys are used here, so it does not matter that this takes longer for some numbers.
"""

from __future__ import annotations

import hashlib
from typing import Final

_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_A: Final = -3
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G: Final = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

_Point = tuple[int, int] | None  # None is the point at infinity


def is_signature(x: bytes, y: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the signature (r and s, 32 bytes each) is that of the key's owner."""
    key = int.from_bytes(x), int.from_bytes(y)
    if len(signature) != 64 or not _is_on_curve(key):
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if not (0 < r < _N and 0 < s < _N):
        return False
    inverse = pow(s, -1, _N)
    digest = int.from_bytes(hashlib.sha256(message).digest())
    point = _sum(_times(_G, digest * inverse % _N), _times(key, r * inverse % _N))
    return point is not None and point[0] % _N == r


def _is_on_curve(point: tuple[int, int]) -> bool:
    x, y = point
    return x < _P and y < _P and (y * y - x * x * x - _A * x - _B) % _P == 0


def _sum(one: _Point, other: _Point) -> _Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % _P == 0:
        return None
    if one == other:
        slope = (3 * x1 * x1 + _A) * pow(2 * y1, -1, _P)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, _P)
    x = (slope * slope - x1 - x2) % _P
    return x, (slope * (x1 - x) - y1) % _P


def _times(point: _Point, factor: int) -> _Point:
    result: _Point = None
    while factor:
        if factor & 1:
            result = _sum(result, point)
        point, factor = _sum(point, point), factor >> 1
    return result
