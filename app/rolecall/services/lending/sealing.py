"""The seal of a program on this machine: what it needs, what it sees and where it writes."""

from __future__ import annotations

import os
import re
import shlex
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import Final
from urllib.parse import urlsplit

import rolecall
from rolecall.domain.errors.lending_errors import SealImpossible
from rolecall.domain.lending.seal import FOLDER, METADATA, RESOLVER, Seal, clean, network
from rolecall.domain.model import Profile
from rolecall.domain.switching.variables import LOOPBACK
from rolecall.domain.text import original, safe
from rolecall.files.locations import Locations
from rolecall.files.safe.folders import make_folder
from rolecall.services.lending.hidden import AGENT, Wanted, given, hidden, homes_of_user, kept

_CONFIG: Final = f"{FOLDER}/config"
VARIABLES: Final = {
    "AWS_CONFIG_FILE": _CONFIG,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "BOTO_CONFIG": os.devnull,
}
# Settings of a profile that say how AWS is called.
_SETTINGS: Final = {
    *("region", "output", "endpoint_url", "ca_bundle", "retry_mode", "max_attempts"),
    *("use_fips_endpoint", "use_dualstack_endpoint", "defaults_mode", "cli_pager"),
    *("sts_regional_endpoints", "parameter_validation", "tcp_keepalive", "cli_timestamp_format"),
}
_TEMPORARY: Final = ("/tmp", "/var/tmp")
_SYSTEM: Final = ("/run", "/var/run", "/proc", "/sys", "/dev", "/etc", "/usr", "/boot")
_PROGRAMS_OF_NIXOS: Final = "/run/current-system"
_RESOLVER_FILE: Final = Path("/etc/resolv.conf")
_ADDRESSES: Final = Path("/proc/net/fib_trie")
_ADDRESSES_6: Final = Path("/proc/net/if_inet6")
_GLOBAL: Final = "00"  # the scope of an address that is neither of the loopback nor of a link
# Folders whose links often lead into a repository, which may be the working folder.
_WITH_LINKS: Final = (".", ".config", ".config/*", ".local", ".local/bin", ".local/share", "bin")
_HAS_ADDRESS: Final = re.compile(
    r"AWS_(ENDPOINT_URL\w*|CONTAINER_CREDENTIALS_FULL_URI)|(https?|all)_proxy", re.IGNORECASE
)
_INSTALLERS: Final = {"dnf": "dnf install", "pacman": "pacman -S", "zypper": "zypper install"}


def check_programs() -> None:
    """Raise SealImpossible if this machine has no bubblewrap."""
    if sys.platform != "linux":
        raise SealImpossible("system")
    if which("bwrap") is None:
        raise SealImpossible("missing", install_line("bubblewrap"))


def has_network() -> bool:
    """Whether a program can get a separate network here."""
    return which("pasta") is not None and (os.geteuid() != 0 or which("unshare") is not None)


def install_line(package: str) -> str:
    """Return the command that installs a package here."""
    found = next((line for name, line in _INSTALLERS.items() if which(name)), "apt-get install")
    return f"sudo {found} {package}"


def environment(environ: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """Return what a sealed program may have of the environment."""
    return clean(environ, [AGENT] if "ssh-agent" in wanted.keep else [])


def config_of(profile: Profile) -> bytes:
    """Return a config file with this profile only: how to call AWS, and nothing about keys."""
    name = original(profile.name)
    lines = ["[default]" if name == "default" else f"[profile {shlex.quote(name)}]"]
    values = {key: value for key, value in profile.values.items() if key in _SETTINGS}
    lines += [f"{key} = {value}" for key, value in values.items() if value.isprintable()]
    return "\n".join([*lines, ""]).encode()


def network_of(environ: Mapping[str, str]) -> list[str]:
    """Return the command for a separate network, in which the program reaches those servers of
    this machine that its variables name: for its keys, as AWS, and as a proxy.
    """
    ports = _local_ports(environ)
    return network(ports, is_root=os.geteuid() == 0, forwards_names=_resolver_is_local())


def addresses() -> list[str]:
    """Return what the program does not reach in its own network: what gives keys to machines of
    AWS, and this machine under all of its addresses, such as those of docker0 and of a VPN.
    """
    found = [*METADATA]
    with suppress(OSError):
        text = _ADDRESSES.read_text(encoding="utf-8")
        own = re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", text)
        found += sorted({each for each in own if not each.startswith("127.")})
    with suppress(OSError):
        for line in _ADDRESSES_6.read_text(encoding="utf-8").splitlines():
            address, _, _, scope, *_ = line.split()
            if scope == _GLOBAL:
                found.append(socket.inet_ntop(socket.AF_INET6, bytes.fromhex(address)))
    return found


def _local_ports(environ: Mapping[str, str]) -> Iterator[int]:
    for name, value in environ.items():
        if _HAS_ADDRESS.fullmatch(name):
            with suppress(ValueError):
                address = urlsplit(value)
                if address.hostname in {LOOPBACK, "localhost"} and address.port:
                    yield address.port


def seal_of(
    environ: Mapping[str, str], wanted: Wanted, config: bytes, *, own_network: bool
) -> Seal:
    """Return the seal for a program that starts in the current folder. `config` is what it finds in
    place of ~/.aws/config.

    Raises SealImpossible, HomeUnknown.
    """
    paths = Locations.from_environment(environ)
    _make_stores(paths)
    home = paths.home.resolve()
    private = {Path(each).resolve() for each in (*_TEMPORARY, "/run", "/var/run")}
    private = {each for each in private if each.is_dir()}
    closed = hidden(paths, environ, wanted)
    writable = [Path.cwd(), *map(given, wanted.write)]
    for each in writable:
        _check_open(each, home, closed)
    listed = _listed(home, closed, writable, private)
    readable = {*_needed(home, environ, private)} - listed

    def is_seen(path: Path) -> bool:
        """What is private is seen only if it is opened again."""
        is_open = any(map(path.is_relative_to, (*readable, *listed, *writable)))
        return is_open or not any(map(path.is_relative_to, private))

    seen = [each for each in closed if is_seen(each)]
    files = [each for each in seen if not each.is_dir() and each.parent not in listed]
    return Seal(
        folder=str(writable[0]),
        user=os.geteuid(),
        group=os.getegid(),
        private=_texts(private),
        listed=_texts(listed),
        entries=dict(_entries(listed, closed)),
        readable=_texts(readable),
        writable=_texts(writable),
        guarded=_texts(_guarded(home, writable)),
        hidden=_texts(each for each in seen if each.is_dir()),
        hidden_files=_texts(files),
        kept=_texts(kept(environ, wanted)),
        files={_CONFIG: config, **_resolver(is_seen, own_network=own_network)},
    )


def _texts(paths: Iterable[Path]) -> list[str]:
    return [*map(str, paths)]


def _make_stores(paths: Locations) -> None:
    """Make the folders of tokens that are not there: those that appear later are not hidden."""
    aws = paths.home / ".aws"
    moved = () if paths.login_cache.is_relative_to(aws) else (paths.login_cache,)
    for each in (aws, *moved, paths.state, paths.cache, paths.settings.parent):
        with suppress(OSError):
            make_folder(str(each))


def _listed(
    home: Path, closed: Iterable[Path], writable: Sequence[Path], private: Iterable[Path]
) -> set[Path]:
    """Return the home, and the folders in it that have hidden files.

    The kernel takes away what covers a file or a folder if that is renamed or replaced outside: a
    program that saves a file does so. In a listed folder nothing new appears.
    """
    if not home.is_dir() or any(each.is_relative_to(home) for each in _system(private)):
        return set()
    found = {home}
    for each in closed:
        if not each.is_dir() and each.is_relative_to(home):
            found |= {parent for parent in each.parents if parent.is_relative_to(home)}
    return {each for each in found if not any(map(each.is_relative_to, writable))}


def _system(private: Iterable[Path]) -> set[Path]:
    return {*(Path(each).resolve() for each in _SYSTEM), *private}


def _entries(listed: Iterable[Path], closed: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield what is in these folders, and where links lead. Other kinds are sockets and pipes."""
    omitted = {*listed, *closed}
    for folder in listed:
        with suppress(OSError):
            for path in folder.iterdir():
                with suppress(OSError):
                    if path.is_symlink():
                        yield str(path), str(path.readlink())
                    elif path not in omitted and (path.is_dir() or path.is_file()):
                        yield str(path), ""


def _check_open(path: Path, home: Path, closed: Iterable[Path]) -> None:
    """Raise SealImpossible if what is hidden or protected would be open to changes."""
    if any(each.resolve().is_relative_to(path) for each in (home, *homes_of_user())):
        raise SealImpossible("opens-home", safe(str(path)))
    is_system = any(map(path.is_relative_to, _SYSTEM)) or str(path) in _TEMPORARY
    if is_system or any(Path(each).resolve().is_relative_to(path) for each in _SYSTEM):
        raise SealImpossible("opens-system", safe(str(path)))
    if any(map(path.is_relative_to, _own_folders(home))):
        raise SealImpossible("opens-own", safe(str(path)))
    if any(map(path.is_relative_to, closed)):
        raise SealImpossible("opens-hidden", safe(str(path)))


def _needed(home: Path, environ: Mapping[str, str], private: Iterable[Path]) -> Iterator[Path]:
    """Yield what of the private folders the program sees: its programs, rolecall and the home."""
    own = (sys.prefix, sys.base_prefix, sys.executable, _PROGRAMS_OF_NIXOS)
    for each in {each.resolve() for each in (home, *map(Path, own), *programs(environ))}:
        if each not in private and any(map(each.is_relative_to, private)) and each.exists():
            yield each


def _guarded(home: Path, writable: Sequence[Path]) -> Iterator[Path]:
    """Yield what acts after the seal, and is in a folder that is open to changes: rolecall, and
    files of the home that are links into it, as of a repository of start-up files.
    """
    found = [*_own_folders(home)]
    for pattern in _WITH_LINKS:
        for parent in [home] if pattern == "." else home.glob(pattern):
            with suppress(OSError):
                found += [each for each in parent.iterdir() if each.is_symlink()]
    for each in {each.resolve() for each in found}:
        is_open = any(map(each.is_relative_to, writable)) and each not in writable
        if is_open and each.exists():
            yield each


def programs(environ: Mapping[str, str]) -> list[Path]:
    """Return the folders of the user's programs, and rolecall's."""
    folders = filter(os.path.isabs, environ.get("PATH", os.defpath).split(os.pathsep))
    return [*map(Path, folders), _own_folder()]


def _own_folder() -> Path:
    return Path(rolecall.__file__).parent


def _own_folders(home: Path) -> Iterator[Path]:
    """Yield where rolecall and its Python are. Both may be installed into the home itself."""
    yield _own_folder()
    for each in {Path(each).resolve() for each in (sys.prefix, sys.base_prefix)}:
        yield from (each / "bin", each / "lib") if home.is_relative_to(each) else (each,)


def _resolver_is_local() -> bool:
    """Whether names are looked up by a server of this machine, as systemd-resolved is."""
    with suppress(OSError, UnicodeDecodeError):
        text = _RESOLVER_FILE.read_text(encoding="utf-8")
        found = re.findall(r"(?m)^\s*nameserver\s+(\S+)", text)
        return all(each.startswith(("127.", "::1")) for each in found)
    return True


def _resolver(is_seen: Callable[[Path], bool], *, own_network: bool) -> dict[str, bytes]:
    """Return the file with the DNS servers, if the program would not see it, or if it names a
    server of this machine.
    """
    path = _RESOLVER_FILE.resolve()
    is_local = own_network and _resolver_is_local()
    if not path.exists() or (is_seen(path) and not is_local):
        return {}
    data = path.read_bytes()
    if is_local:
        others = re.sub(rb"(?m)^\s*nameserver.*\n?", b"", data)
        data = b"nameserver %b\n%b" % (RESOLVER.encode(), others)
    return {str(path): data}
