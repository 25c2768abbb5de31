"""From pasting a start URL without a region to the code, when the last region that is asked has it.

The hosts of AWS are behind a proxy, over TLS, with the certificates that botocore has.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from botocore.httpsession import DEFAULT_CA_BUNDLE

from rolecall.aws.regions import regions
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.sign_in.likely_regions import likely_regions
from tests.bench.measure import TRIP, Report, cpu_seconds, python, run
from tests.support.network.aws_network import aws_network
from tests.support.terminal import Terminal

PORTAL = "https://d-1234567890.awsapps.com/start"
LATENCY = 0.08  # seconds of each call


def measure(report: Report) -> None:
    options = DemoOptions(other_start_urls=(PORTAL,))
    with tempfile.TemporaryDirectory() as folder, DemoServer(options) as server:
        home = Path(folder)
        with aws_network(server, home) as network:
            with network.bundle.open("a") as bundle:
                bundle.write(Path(DEFAULT_CA_BUNDLE).read_text())
            likely = likely_regions(PORTAL, (), regions())
            network.regions, network.latency = likely[-1:], LATENCY
            environment = server.environment(home) | network.environment
            with Terminal(
                python("-m", "rolecall"), columns=120, lines=40, env=environment
            ) as terminal:
                terminal.wait_for("Welcome to rolecall")
                terminal.settle(1)
                start, used = time.monotonic(), cpu_seconds(terminal)
                terminal.press("\x1b[200~d-1234567890.awsapps.com/start\x1b[201~\r")
                terminal.wait_for("Waiting for your approval", 60)
                report.refer(TRIP, LATENCY)
                name = f"to the code, the last of {len(likely)} regions"
                report.line(name, terminal.last_output - start, "s", 37.5, TRIP)
                report.line("of it, computing", cpu_seconds(terminal) - used, "s")
                report.line("regions asked at once", network.most_at_once, "", 8)


if __name__ == "__main__":
    run(measure, "Finding the region of a portal")
