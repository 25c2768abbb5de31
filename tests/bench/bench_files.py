"""The config file: reads 5,000 profiles and changes one value, compared with botocore."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from botocore.session import Session

from rolecall.files.aws_config.config_edits import SetProfile
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.ui.start.garbage import start_collecting
from tests.bench.measure import Reference, Report, run

PROFILES, ROUNDS = 5_000, 7
BOTOCORE = Reference(f"botocore: read {PROFILES:,} profiles")
REGIONS = ("us-east-1", "eu-central-1")


def large_config() -> str:
    session = "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\n"
    session += "sso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n"
    profiles = (
        f"\n[profile account-{n}-admin]\nsso_session = corp\nsso_account_id = {n:012}\n"
        f"sso_role_name = AdministratorAccess\nregion = eu-west-1\n"
        for n in range(PROFILES)
    )
    return session + "".join(profiles)


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        path.write_text(large_config())
        os.environ |= {"AWS_CONFIG_FILE": str(path), "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        file = ConfigFile(path, Path(folder) / "state")

        def change(region: str) -> None:
            planned = file.plan([SetProfile("account-2500-admin", {"region": region})])
            planned.diff()
            file.commit(planned)

        # As in the full screen. What earlier rounds leave must not slow down later ones.
        start_collecting()
        rows = []
        for number in range(ROUNDS):
            # An old file: one that was just written is checked for longer.
            os.utime(path, (0, 0))
            theirs = seconds(lambda: Session().full_config)
            ours = seconds(file.read)
            region = REGIONS[number % 2]
            rows.append((theirs, ours, seconds(partial(change, region))))
        theirs, ours, written = (statistics.median(column) for column in zip(*rows, strict=True))
        report.refer(BOTOCORE, theirs)
        report.line("rolecall: read them, with findings", ours * 1000, "ms", 0.8, BOTOCORE)
        name = "rolecall: change one value, preview and write"
        report.line(name, written * 1000, "ms", 1, BOTOCORE)


if __name__ == "__main__":
    run(measure, "Files")
