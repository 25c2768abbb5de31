"""A login session of the demo, as `aws login --remote` would get it."""

from __future__ import annotations

from datetime import timedelta

from rolecall.aws.console_sign_in import CROSS_DEVICE, ConsoleSignIn, LoginAsk
from rolecall.aws.dpop import new_key, prover
from rolecall.aws.sign_in import Pkce
from rolecall.domain.model import LoginSession, Secret
from rolecall.domain.records import replace
from rolecall.domain.sign_in.pasted import read_code
from rolecall.files.caches.login_cache import LoginCache
from tests.support.desk import Desk

VERIFIER = "v" * 64
CHALLENGE = "w1TpKUdYE9hUAcNSeeSRFioHDxfUxuHho_JHAfZ_vDM"


def log_in(desk: Desk, profile: str = "console", region: str = "eu-west-1") -> LoginSession:
    """Sign in, save the session, and add a profile for it if there is none."""
    client = desk.services.login_sessions.clients.console_sign_in(region)
    sign_in = ConsoleSignIn(client, region, desk.clock)
    pkce = Pkce(sign_in.confirmation, "state-1", Secret(VERIFIER), CHALLENGE)
    ask = LoginAsk(CROSS_DEVICE, pkce, new_key())
    code = read_code(desk.server.log_in(sign_in.link(ask).url), pkce.state)
    session = sign_in.redeem(ask, code, prover(ask.key, desk.clock))
    cache(desk).save(session)
    header = f"[profile {profile}]"
    if header not in desk.config.read_text():
        with desk.config.open("a") as file:
            file.write(f"\n{header}\nlogin_session = {session.arn}\nregion = {region}\n")
    return session


def expire(desk: Desk, arn: str) -> None:
    """Let the keys in the file have expired, by every clock."""
    found = cache(desk).session(arn)
    assert found is not None
    keys = replace(found.keys, expires_at=desk.clock.now - timedelta(minutes=1))
    cache(desk).save(replace(found, keys=keys))


def cache(desk: Desk) -> LoginCache:
    locations = desk.services.locations
    return LoginCache(locations.login_cache, locations.state)
