"""A small SQLite database for a cache: it may be lost, and problems with it raise no errors.

Several processes share it. One of an earlier version is upgraded. One that is broken or of a later
version is renamed, and a new one is created. If none can be written on the disk, one in memory is
used until the process ends. One that is deleted or renamed is created again by the next write.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from rolecall.domain.errors.file_errors import FileBusy, FileError
from rolecall.files.inventory.queries import UNCHANGED, is_busy, uri_of
from rolecall.files.safe import atomic
from rolecall.files.safe.folders import make_folder

T = TypeVar("T")

MOUNTS: Final = Path("/proc/self/mounts")
_NETWORKS: Final = re.compile(
    r"nfs[0-9]*|cifs|smb\w*|afs|9p|ceph|lustre|gpfs|glusterfs|beegfs|fuse\.(sshfs|glusterfs|s3fs)"
)

_BUSY_TIMEOUT: Final = 2.0  # seconds; a transaction takes milliseconds
_WAL_PAUSE: Final = 0.01  # seconds between attempts
_SUFFIXES: Final = ("", "-wal", "-shm")  # of the files of one database


class Database:
    """A database file. It can be used from any thread.

    `state` is rolecall's state folder, for the lock. `schema` has the statements that are run in an
    empty database; `version` is then stored in it (PRAGMA user_version). `upgrades` has the
    statements that turn a version into the next one, by version.
    """

    def __init__(
        self, path: Path, state: Path, schema: str, version: int, upgrades: Mapping[int, str]
    ) -> None:
        self._path = path
        self._state = state
        self._schema = schema
        self._version = version
        self._upgrades = upgrades
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None  # of the connection; None if it is in memory
        self._timeout = _BUSY_TIMEOUT
        self._changes = 0  # of others, before this process has opened it

    def write(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Run `work` in one transaction and return its result.

        If the database cannot be written, nothing is written, and `otherwise` is returned. What was
        written survives a killed process, but not necessarily a power failure.
        """

        def in_transaction(db: sqlite3.Connection) -> T:
            with _transaction(db):
                result = work(db)
            self._set_timeout(_BUSY_TIMEOUT)
            return result

        with self._lock:
            if self._is_replaced():
                self.close()
            return self.read(in_transaction, otherwise)

    @property
    def is_there(self) -> bool:
        """Whether there is a database already; a write would create one."""
        return self._connection is not None or atomic.exists(self._path)

    @property
    def is_changed_by_others(self) -> bool:
        """Whether another process has changed the database since this one opened it."""
        return self.read(_changes, self._changes) != self._changes

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
                self._file = None
                self._timeout = _BUSY_TIMEOUT

    def _is_replaced(self) -> bool:
        """Whether the open file is deleted or renamed. SQLite would continue to write to it."""
        if self._file is None:
            return False
        try:
            return not os.path.samestat(self._file, self._path.stat())
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:  # for a moment, such as on a network
            return False

    def read(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Return the result of `work`, or `otherwise` if the database cannot be read."""
        with self._lock:
            for _ in range(2):
                try:
                    return work(self._opened())
                except FileBusy:
                    return otherwise  # another process creates the database or sets it aside
                except sqlite3.OperationalError as error:
                    if self._connection is None or self._is_replaced():
                        self.close()
                        continue
                    if is_busy(error):
                        self._set_timeout(0.0)
                    return otherwise  # busy, full, read-only: the next call may succeed
                except sqlite3.DatabaseError as error:
                    if type(error) is not sqlite3.DatabaseError:
                        raise  # a bug in rolecall
                    self.close()
                    self._set_aside()
            return otherwise

    def _set_timeout(self, seconds: float) -> None:
        """Set how long to wait for others: after a long wait not at all, until a write succeeds."""
        if seconds != self._timeout:
            self._opened().execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
            self._timeout = seconds

    def _opened(self) -> sqlite3.Connection:
        """Return the open connection. Raises FileBusy, and DatabaseError for an unusable file."""
        if self._connection is None:
            try:
                self._connection, self._file = self._open_on_disk()
            except OSError:
                self._connection = self._open_copy()
            except sqlite3.OperationalError as error:
                if not atomic.exists(self._path):
                    raise
                # A copy that is made while another process writes could be a broken one.
                self._connection = self._open_in_memory() if is_busy(error) else self._open_copy()
            self._changes = _changes(self._connection)
        return self._connection

    def _open_in_memory(self) -> sqlite3.Connection:
        return self._prepared(sqlite3.connect(":memory:", **_OPTIONS))

    def _open_copy(self) -> sqlite3.Connection:
        """Open a copy in memory of a file that cannot be written, or an empty database."""
        uri = uri_of(str(self._path), UNCHANGED)
        copy = sqlite3.connect(":memory:", **_OPTIONS)
        try:
            if os.path.isfile(self._path):  # SQLite would wait for someone to write into a pipe
                with closing(sqlite3.connect(uri, uri=True)) as source:
                    if _version(source) in {self._version, *self._upgrades}:
                        source.backup(copy)
            return self._prepared(copy)
        except sqlite3.Error:  # there is no file, or it is broken
            copy.close()
            return self._open_in_memory()

    def _open_on_disk(self) -> tuple[sqlite3.Connection, os.stat_result]:
        """Return a connection and its file. Raises OSError, FileBusy, sqlite3.Error."""
        make_folder(str(self._path.parent))
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            descriptor = self._create()
        try:
            os.fchmod(descriptor, 0o600)  # SQLite gives its other files this mode, too
            file = os.fstat(descriptor)  # if it is deleted from now on, the next write notices it
        finally:
            os.close(descriptor)
        connection = sqlite3.connect(uri_of(str(self._path)), uri=True, **_OPTIONS)
        try:
            if is_on_network(self._path.parent):  # WAL needs memory that all processes share
                connection.execute("PRAGMA journal_mode = DELETE")
            else:
                use_wal(connection)
                connection.execute("PRAGMA synchronous = NORMAL")
            return self._prepared(connection), file
        except BaseException:
            connection.close()
            raise

    def _create(self) -> int:
        """Create an empty file without the rest of a deleted database. Raises OSError, FileBusy."""
        with atomic.lock_if_possible(self._path, self._state, _BUSY_TIMEOUT):
            if not atomic.exists(self._path):
                for suffix in _SUFFIXES[1:]:
                    self._with_suffix(suffix).unlink(missing_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _with_suffix(self, suffix: str) -> Path:
        return self._path.with_name(f"{self._path.name}{suffix}")

    def _prepared(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        if _version(connection) != self._version:
            with _transaction(connection):
                self._upgrade(connection)
            if _version(connection) != self._version:
                raise sqlite3.DatabaseError("another version")
        return connection

    def _upgrade(self, connection: sqlite3.Connection) -> None:
        """Fill an empty database, or make this version of an earlier one."""
        version = _version(connection)
        steps = [self._schema] if version == 0 else []
        while version in self._upgrades:
            steps.append(self._upgrades[version])
            version += 1
        if steps:
            for statement in ";".join(steps).split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {self._version}")

    def _set_aside(self) -> None:
        """Rename the database, unless another process has just created a good one."""
        with suppress(OSError, FileError), atomic.lock(self._path, self._state):
            if atomic.exists(self._path) and self._is_good():
                return
            for suffix in _SUFFIXES:
                with suppress(FileNotFoundError):
                    self._with_suffix(suffix).rename(self._with_suffix(f".broken{suffix}"))

    def _is_good(self) -> bool:
        try:
            with closing(self._open_on_disk()[0]) as connection:
                return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
        except (OSError, sqlite3.Error):
            return False


_OPTIONS: Final[dict[str, Any]] = {
    "timeout": _BUSY_TIMEOUT,
    "isolation_level": None,
    "check_same_thread": False,
}


def use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL. If another process does the same, SQLite reports that it is busy at once."""
    end = time.monotonic() + _BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= end:
                raise
            time.sleep(_WAL_PAUSE)
        else:
            return


def is_on_network(path: Path, mounts: Path = MOUNTS) -> bool:
    """Return whether the nearest mount point is on a network; False if that is unknown."""
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
    return bool(_NETWORKS.fullmatch(kind))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _changes(connection: sqlite3.Connection) -> int:
    """Return a number that changes when another connection changes the database."""
    (number,) = connection.execute("PRAGMA data_version").fetchone()
    return int(number)


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
