"""Twenty rolecalls and five AWS CLIs find an expired token in the same moment.

The AWS CLI uses no lock. One of its calls may renew before the rolecalls do; its other calls are
refused then and are made once more, as a user would. No sign-in is needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from tests.end_to_end.conftest import TerminalDesk

ROLECALLS = 20
CLIS = 5
PROFILE = "log-archive-readonly"

# The processes are forked after the imports, so that they start fast. They begin when standard
# input ends.
ROLECALL = """
import hashlib, os, sys
from rolecall.aws.portal import Portal
from rolecall.services.services import Services
services = Services(os.environ)
session, = services.sign_in.sessions()
clients = services.tokens.clients
clients.oidc(session.region), clients.portal(session.region)

def rolecall():
    sys.stdin.read()
    token = services.sign_in.valid_token(session)
    accounts = next(Portal(clients.portal(session.region), session).accounts(token))
    print(hashlib.sha256(token.value.reveal().encode()).hexdigest(), len(accounts), flush=True)

children = []
for _ in range(int(sys.argv[1])):
    if (child := os.fork()) == 0:
        rolecall()
        os._exit(0)
    children.append(child)
print("ready", flush=True)
for child in children:
    os.waitpid(child, 0)
"""


class Watcher:
    """Reads a file all the time, as the clients do, and counts contents that no client can read."""

    def __init__(self, desk: TerminalDesk) -> None:
        self._path = desk.token_file
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.read = 0
        self.unreadable: list[bytes] = []

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.002):
            data = self._path.read_bytes()
            self.read += 1
            try:
                json.loads(data)["accessToken"]
            except (ValueError, KeyError):
                self.unreadable.append(data)


def test_one_renewal_serves_all(desk: TerminalDesk) -> None:
    desk.leave_token()
    # Two AWS CLIs that both find no folder both make it, and the second fails.
    (desk.home / ".aws" / "cli" / "cache").mkdir(parents=True)
    kept = desk.token() | {"expiresAt": "2020-01-01T00:00:00Z"}
    desk.token_file.write_text(json.dumps(kept))
    rolecalls = subprocess.Popen(
        [sys.executable, "-c", ROLECALL, str(ROLECALLS)],
        env={"PATH": os.environ["PATH"], **desk.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ask = "sts", "get-caller-identity", "--profile", PROFILE
    with Watcher(desk) as watcher, rolecalls, ThreadPoolExecutor(CLIS) as pool:
        assert rolecalls.stdin is not None
        assert rolecalls.stdout is not None
        assert rolecalls.stdout.readline() == "ready\n"
        clis = [pool.submit(desk.aws, *ask) for _ in range(CLIS)]
        rolecalls.stdin.close()
        said = rolecalls.stdout.read().splitlines()
        refused = [each for each in clis if each.result().returncode != 0]
        for _ in refused:
            desk.answer(*ask)

    new = desk.token()["accessToken"]
    assert said == [f"{hashlib.sha256(new.encode()).hexdigest()} 41"] * ROLECALLS
    calls = desk.server.calls.all("CreateToken")
    by_cli = [call for call in calls if call.agent.startswith("aws-cli/")]
    assert sum(call.status == 200 for call in calls) == 1
    assert len(calls) - len(by_cli) <= 1
    assert desk.sign_ins() == 0
    assert watcher.read > 100
    if not by_cli:  # it writes in place
        # So it writes role credentials: another AWS CLI that finds half a file names its key.
        keys = {f"'{path.stem}'" for path in (desk.home / ".aws" / "cli" / "cache").iterdir()}
        assert {each.result().stderr.strip() for each in refused} <= keys
        assert not watcher.unreadable
    assert desk.answer(*ask)["Account"]
