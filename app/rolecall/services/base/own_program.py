"""How other programs start this rolecall, how it is extended, and the name of its sessions."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rolecall.domain.access_role import DEFAULT_SESSION_NAME, RoleOptions, is_session_name
from rolecall.domain.settings.settings import Settings

NAME: Final = "rolecall"
# Users of machines, not of people.
_SHARED_USERS: Final = frozenset(
    {"root", "admin", "administrator", "user", "ec2-user", "ubuntu", "debian", "centos", "fedora"}
)


def program(environ: Mapping[str, str]) -> str:
    """Return `rolecall` if PATH finds it, else the absolute path of this one."""
    if is_found(NAME, environ):
        return NAME
    started = Path(sys.argv[0]).absolute()
    beside = Path(sys.executable).with_name(NAME)
    found = next((p for p in (started, beside) if p.name == NAME and os.access(p, os.X_OK)), None)
    return NAME if found is None else str(found)


def is_found(command: str, environ: Mapping[str, str]) -> bool:
    """Return whether a shell with these variables finds the program."""
    return shutil.which(command, path=environ.get("PATH", os.defpath)) is not None


def how_to_install(package: str) -> str:
    """Return the command that adds a package to the Python of this rolecall."""
    parts = Path(sys.prefix).parts
    if "pipx" in parts:
        return f"pipx inject {NAME} {package}"
    if "uv" in parts and "tools" in parts:
        return f"uv tool install --with {package} {NAME}"
    return f"{sys.executable} -m pip install {package}"


def session_name(environ: Mapping[str, str]) -> str:
    """Return the user's name if it is known, else `rolecall`, for sessions of roles."""
    user = environ.get("LOGNAME") or environ.get("USER") or ""
    name = re.sub(r"[^\w+=,.@-]", "", user, flags=re.ASCII)
    is_person = user.lower() not in _SHARED_USERS and is_session_name(name)
    return name if is_person else DEFAULT_SESSION_NAME


def role_options(settings: Settings, environ: Mapping[str, str]) -> RoleOptions:
    """Return the options of the settings, for roles of account access manager."""
    name = settings.role_session_name or session_name(environ)
    return RoleOptions(name, settings.role_duration)
