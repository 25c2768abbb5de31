"""A machine and an Identity Center in which every name is hostile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomli_w

from rolecall.demo.options import DemoOptions
from rolecall.demo.organisation import Organisation
from rolecall.demo.server import DemoServer
from rolecall.domain.model import Account, SsoSession
from tests.hostile.texts import Texts
from tests.support.desk import Desk, FakeClock

ACCOUNTS = [f"{number:012}" for number in range(10, 16)]


@dataclass
class World:
    server: DemoServer
    desk: Desk
    texts: Texts
    profiles: list[str]

    @property
    def environ(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.desk.environ}


@contextmanager
def hostile_world(home: Path, seed: int, **options: Any) -> Iterator[World]:
    """Start the server and write the files, signed in to the session `corp`."""
    texts = Texts(seed)
    organisation = Organisation([
        *((_account(texts, account_id), _permission_sets(texts)) for account_id in ACCOUNTS),
        (_account(texts, texts.next("account ID")), ("Admin",)),
    ])  # fmt: skip
    with DemoServer(DemoOptions(organisation=organisation, **options)) as server:
        session = SsoSession("corp", server.start_url, server.region)
        desk = Desk(server, home, FakeClock(datetime.now(UTC)), session)
        desk.services.session_edits.add_session("corp", server.start_url, server.region)
        desk.token_cache.save_token(session, server.sign_in())
        profiles = _write_files(desk, texts)
        server.rewrite = _Rewriter(texts)
        yield World(server, desk, texts, profiles)


def _account(texts: Texts, account_id: str) -> Account:
    return Account(account_id, texts.next("account name"), texts.next("e-mail address"))


def _permission_sets(texts: Texts) -> tuple[str, ...]:
    return ("Admin", texts.next("permission set"), texts.next("permission set"))


class _Rewriter:
    """Puts hostile texts into errors and into what a sign-in shows."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __call__(self, operation: str, content: dict[str, Any]) -> dict[str, Any]:
        fields = {"message", "error", "error_description"} & content.keys()
        if operation == "StartDeviceAuthorization":
            # The code stays: the test approves it.
            fields |= {"verificationUri", "verificationUriComplete"}
        return content | {field: self._texts.next(f"{operation} {field}") for field in fields}


def _text(texts: Texts, field: str, longest: int) -> str:
    """Return a hostile text that a TOML file can have: tomli-w escapes control characters."""
    return texts.next(field)[:longest].encode("utf-8", "ignore").decode()


def _write_files(desk: Desk, texts: Texts) -> list[str]:
    """Add hostile sections to the AWS files, and return the names of the profiles."""

    def text(field: str) -> str:
        return texts.for_file(field)

    names = [texts.for_name("profile name") for _ in range(5)]
    own, legacy, chained, keys, process = names
    start_url, region = desk.session.start_url, desk.session.region
    role = f"sso_account_id = {ACCOUNTS[0]}\nsso_role_name = Admin"
    with desk.config.open("a", encoding="utf-8") as file:
        file.write(f"""
# {text("comment")}
[profile {own}]
sso_session = corp
{role}
region = {text("region")}
{text("key")} = {text("value")}

[profile {legacy}]
sso_start_url = {start_url}/{text("start URL")}
sso_region = {region}
sso_account_id = {text("account ID in a file")}
sso_role_name = {text("role in a file")}

[profile {chained}]
role_arn = arn:aws:iam::{ACCOUNTS[0]}:role/{text("role ARN")}
source_profile = {own}
mfa_serial = {text("MFA device")}

[profile {keys}]
region = eu-west-1

[profile {process}]
credential_process = {text("command")}

[profile twin]
sso_session = {text("session of a profile")}
{role}

[sso-session {texts.for_name("session name")}]
sso_start_url = https://{text("host")}/start
sso_region = {text("SSO region")}
""")
    with (desk.home / ".aws" / "credentials").open("a", encoding="utf-8") as file:
        file.write(f"""
[{keys}]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = {text("secret")}
{text("key in credentials")} = x

[{text("keys")}]
aws_access_key_id = {text("access key ID")}
aws_secret_access_key = x
aws_session_token = y
x_security_token_expires = {text("time")}
""")
    settings = desk.home / ".config" / "rolecall" / "settings.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    said = {
        id_: {"alias": _text(texts, "alias", 64), "note": _text(texts, "note", 900)}
        for id_ in ACCOUNTS
    }
    accounts = tomli_w.dumps({"accounts": said})
    settings.with_name("accounts.toml").write_text(accounts, "utf-8")
    # As TOML has it: of a file that is not TOML nothing is used, and every switch asks.
    own = tomli_w.dumps({"theme": text("theme"), text("setting"): 1})
    settings.write_text(own, "utf-8")
    return names
