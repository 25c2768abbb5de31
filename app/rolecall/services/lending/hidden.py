"""What a seal hides in the home folder and elsewhere: what has keys and tokens, and sockets.

All of it exists, and has no links in its path.
"""

from __future__ import annotations

import os
import pwd
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from rolecall.domain.errors.lending_errors import SealImpossible
from rolecall.domain.records import NamedTuple
from rolecall.domain.shells import Shell
from rolecall.domain.text import safe
from rolecall.files.locations import Locations
from rolecall.files.paths import boto, ec2_keys

AGENT: Final = "SSH_AUTH_SOCK"
# What can be kept, and where it is in the home folder.
_KEEPABLE: Final = {"ssh": (".ssh",), "ssh-agent": ()}
KEEPABLE: Final = tuple(_KEEPABLE)
# Stores of keys of AWS tools, of passwords and of other keys; the cookies of browsers, which may be
# signed in to AWS; what the user has typed; folders with sockets.
_IN_HOME: Final = (
    *(".aws", ".awsvault", ".aws-vault", ".aws-sso", ".config/aws-sso", ".config/aws-vault"),
    *(".granted", ".config/granted", ".awsume", ".saml2aws", ".okta", ".okta_aws_login_config"),
    *(".aws-azure-login", ".aws_okta_processor", ".leapp", ".Leapp", ".config/Leapp", ".vouch"),
    *(".config/vouch", ".config/credsd", ".local/share/credsd", ".boto", ".s3cfg", ".s3ql"),
    *(".ecs", ".amplify", ".elasticbeanstalk", ".vault-token", ".pulumi"),
    ".terraform.d/credentials.tfrc.json",
    *(".passwd-s3fs", ".mc", ".config/rclone", ".rclone.conf", ".docker", ".kube/cache"),
    *(".password-store", ".local/share/keyrings", ".local/share/kwalletd", ".config/op"),
    *(".config/Bitwarden", ".config/Bitwarden CLI", ".config/keepassxc", ".1password", ".op"),
    *(".mozilla", ".thunderbird", ".config/google-chrome", ".config/chromium", ".config/vivaldi"),
    *(".config/BraveSoftware", ".config/microsoft-edge", ".config/opera", ".cache/mozilla"),
    *(".cache/google-chrome", ".cache/chromium", ".var", "snap", ".local/share/qutebrowser"),
    *(path for shell in Shell for path in shell.record.private),
    *(".python_history", ".local/share/atuin", ".local/share/xonsh"),
    *(".gnupg", ".screen", ".dbus", ".colima", ".lima", ".rd", ".orbstack", ".minikube"),
    *(".local/share/containers", ".xsession-errors", ".Xauthority", ".ICEauthority"),
)
_FOLDERS_OF_SOCKETS: Final = ("TMUX_TMPDIR", "SCREENDIR", "XDG_RUNTIME_DIR")
_OF_WORKLOADS: Final = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
_LINKS_BELOW: Final = 4  # how deep to look for links


class Wanted(NamedTuple):
    """The options of a seal: paths and names as the user gives them."""

    write: Sequence[str] = ()
    hide: Sequence[str] = ()
    keep: Sequence[str] = ()


def given(path: str) -> Path:
    """Return the path without links. Raises SealImpossible if there is nothing."""
    with suppress(OSError, RuntimeError):  # a user without a home
        if path:
            return Path(path).expanduser().resolve(strict=True)
    raise SealImpossible("no-path", safe(path) or '""')


def kept(environ: Mapping[str, str], wanted: Wanted) -> list[Path]:
    """Return what is private and yet open."""
    agent = environ.get(AGENT, "") if "ssh-agent" in wanted.keep else ""
    return [Path(agent).resolve()] if agent and Path(agent).exists() else []


def hidden(paths: Locations, environ: Mapping[str, str], wanted: Wanted) -> set[Path]:
    """Return what is hidden. Raises SealImpossible if that is the home folder, or if a file with
    keys or tokens can be read under another name.
    """
    stores = [each for each in _stores(paths, environ) if each.exists()]
    own = {each.resolve() for each in (*stores, *_targets(stores)) if each.exists()}
    _check_hard_links(own)
    own |= {given(each) for each in wanted.hide}
    home = paths.home.resolve()
    for each in own:
        if home.is_relative_to(each):
            raise SealImpossible("hides-home", safe(str(each)))
    in_home = [each for name, them in _KEEPABLE.items() if name not in wanted.keep for each in them]
    homes = {paths.home, *homes_of_user()}
    others = [at / each for at in homes for each in (*_IN_HOME, *in_home)]
    others += [Path(path) for each in _FOLDERS_OF_SOCKETS if (path := environ.get(each))]
    found = own | {each.resolve() for each in (*others, *sockets()) if _is_there(each)}
    # A seal has its own devices and processes.
    found -= {Path("/dev"), Path("/proc"), home, *home.parents, *kept(environ, wanted)}
    covered = {Path("/dev"), Path("/proc"), *found}
    return {each for each in found if covered.isdisjoint(each.parents)}


def homes_of_user() -> Iterator[Path]:
    """Yield the home that the system knows: HOME may be another folder."""
    with suppress(KeyError):
        yield Path(pwd.getpwuid(os.geteuid()).pw_dir)


def _is_there(path: Path) -> bool:
    with suppress(OSError):
        return path.exists()
    return False


def _stores(paths: Locations, environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield where the AWS CLI and rolecall keep tokens, keys and what they know."""
    yield paths.home / ".aws"
    yield from (paths.sso_cache, paths.cli_cache, paths.login_cache, paths.state, paths.cache)
    yield paths.settings.parent
    yield from (each for each in (paths.config, paths.credentials) if each != Path())
    others = [*boto(environ), ec2_keys(environ), *(environ.get(each, "") for each in _OF_WORKLOADS)]
    yield from (Path(each) for each in others if each)


def _targets(stores: Iterable[Path]) -> Iterator[Path]:
    """Yield the links in these folders."""
    for store in stores:
        for parent, folders, files in os.walk(store):
            found = (Path(parent, each) for each in (*folders, *files))
            yield from (each for each in found if each.is_symlink())
            if len(Path(parent).relative_to(store).parts) >= _LINKS_BELOW:
                folders.clear()


def sockets() -> Iterator[Path]:
    """Yield the sockets of programs that run."""
    with suppress(OSError):
        text = Path("/proc/net/unix").read_text(encoding="utf-8", errors="surrogateescape")
        for path in re.findall(r"(?m) (/.*)$", text):
            with suppress(OSError, ValueError):
                if stat.S_ISSOCK(Path(path).stat().st_mode):
                    yield Path(path)


def _check_hard_links(stores: Iterable[Path]) -> None:
    for store in stores:
        below = (Path(parent, each) for parent, _, files in os.walk(store) for each in files)
        for path in (store, *below):
            with suppress(OSError):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
                    raise SealImpossible("hard-link", safe(str(path)))
