"""Renewals that may have worked: the refresh token may be used up, and it works only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from rolecall.aws.translate import UnreachableReason
from rolecall.domain.errors import RolecallError, ServiceFault, UnexpectedAnswer, Unreachable
from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.model import Secret
from rolecall.files.caches.json_cache import JsonCache

_LOST: Final = {UnreachableReason.TIMED_OUT, UnreachableReason.CLOSED}


@contextmanager
def noting_renewal(
    cache: JsonCache, stem: str, refresh_token: Secret, is_saved: Callable[[], bool]
) -> Iterator[bool]:
    """Wrap a renewal, so that the next one knows if it is killed or its answer is lost.

    `stem` is the stem of the file with the refresh token. `is_saved` returns whether the file has
    the new one. Yields whether an earlier renewal may have used up this refresh token: if AWS
    refuses it now, that is why.
    """
    was_begun = cache.was_renewal_begun(stem, refresh_token)
    with suppress(FileError):
        cache.note_renewal(stem, refresh_token)
    try:
        yield was_begun
    except RolecallError as error:
        if not was_begun and not _may_have_worked(error):
            _note_end(cache, stem)
        raise
    if is_saved():
        _note_end(cache, stem)


def _note_end(cache: JsonCache, stem: str) -> None:
    with suppress(FileError):
        cache.note_renewal_end(stem)


def _may_have_worked(error: RolecallError) -> bool:
    is_lost = isinstance(error, Unreachable) and error.reason in _LOST
    return is_lost or isinstance(error, ServiceFault | UnexpectedAnswer)
