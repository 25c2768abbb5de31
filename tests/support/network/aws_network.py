"""The hosts of AWS by name, over TLS, behind a proxy on loopback: several regions, own domains.

A client uses it with `environment`: an HTTPS proxy and a certificate bundle. Nothing else of the
client changes, so that its endpoints are those of AWS.
"""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, NamedTuple

from rolecall.aws.regions import regions
from rolecall.demo.server import DemoServer
from rolecall.demo.wire import Request, Response
from tests.support.programs import program

OWN_DOMAIN: Final = "sso.acme.example"
OIDC_HOST: Final = re.compile(r"oidc\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
Answer = Callable[[Request], Response | None]


class Asked(NamedTuple):
    """One request."""

    host: str
    method: str
    path: str
    body: bytes


class AwsNetwork:
    """`regions` have the Identity Center of the demo; all others refuse its start URL, except the
    `lenient` ones, which give a code that no page accepts.

    `pages` answers for other hosts, `down` are hosts that reset every connection. `latency` is the
    seconds that each answer takes. `most_at_once` counts regions only.
    """

    def __init__(self, demo: DemoServer, url: str, bundle: Path) -> None:
        self.environment = {
            "HTTPS_PROXY": url,
            "https_proxy": url,
            "AWS_CA_BUNDLE": str(bundle),
            "AWS_ENDPOINT_URL_SSO_OIDC": "",
        }
        self.pages: dict[str, Answer] = {}
        self.down: set[str] = set()
        self.latency = 0.0
        self.bundle = bundle
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._demo = demo
        self.regions = (demo.region,)

    @property
    def regions(self) -> Sequence[str]:
        return self._demo.options.regions

    @regions.setter
    def regions(self, regions: Sequence[str]) -> None:
        # Without any, the demo would be in all.
        self._demo.set_regions(regions or ("nowhere",), self._demo.options.lenient_regions)

    @property
    def lenient(self) -> Sequence[str]:
        return self._demo.options.lenient_regions

    @lenient.setter
    def lenient(self, regions: Sequence[str]) -> None:
        self._demo.set_regions(self.regions, regions)

    def let_links_name_the_region(self) -> None:
        """Let the links of all codes name the region with the Identity Center."""
        self._demo.set_regions(self.regions, self.lenient, links_name_it=True)

    def page_names(self, host: str, region: str) -> None:
        """Let the page of the portal on this host name the region."""
        text = f'<html><meta content="{region}" name="region"><title>AWS access portal</title>'
        self.pages[host] = lambda _: Response(200, text.encode(), "text/html")

    def redirect(self, target: str, status: int = 302, *, head: int = 0) -> None:
        """Let the own domain lead to the target; `head` is the status of HEAD, if another one."""

        def answer(request: Request) -> Response:
            if head and request.method == "HEAD":
                return Response(head, b"", "text/html")
            return Response(status, b"", "text/html", {"Location": target} if target else {})

        self.pages[OWN_DOMAIN] = answer

    def asked_regions(self, path: str = "/device_authorization") -> list[str]:
        """Return the regions that were asked there, in order."""
        found = [(OIDC_HOST.fullmatch(each.host), each.path) for each in self.asked]
        return [match[1] for match, asked in found if match and asked == path]

    def answer(self, host: str, request: Request) -> Response | None:
        """Answer one request, as the host would."""
        is_region = bool(OIDC_HOST.fullmatch(host))
        with self._lock:
            self.asked.append(Asked(host, request.method, request.path, request.body))
            self._at_once += is_region
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            time.sleep(self.latency)
            return self._answer(host, request)
        finally:
            with self._lock:
                self._at_once -= is_region

    def _answer(self, host: str, request: Request) -> Response | None:
        if host in self.down:
            return None
        if page := self.pages.get(host):
            return page(request)
        return self._demo.answer(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.context = context
        self.network: AwsNetwork

    def handle_error(self, *_: object) -> None:
        """Print nothing: clients close connections at any time."""


class _Tunnel(BaseHTTPRequestHandler):
    """Answers CONNECT as a proxy, and what follows in the tunnel as the host."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    host = ""

    def do_CONNECT(self) -> None:
        assert isinstance(self.server, _Server)
        self.host = self.path.partition(":")[0]
        self.send_response_only(200)
        self.end_headers()
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.close_connection = False

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def do_POST(self) -> None:
        assert isinstance(self.server, _Server)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, self.path, self.headers, body)
        answer = self.server.network.answer(self.host, request)
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        headers = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body))}
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    do_GET = do_HEAD = do_POST

    def log_message(self, *_: object) -> None:
        pass

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()


@contextmanager
def aws_network(demo: DemoServer, folder: Path) -> Iterator[AwsNetwork]:
    """Start the proxy. `folder` is for its key. Skips the test if there is no openssl."""
    folder.mkdir(exist_ok=True)
    context, bundle = _certificate(folder)
    server = _Server(context)
    server.network = AwsNetwork(demo, f"http://127.0.0.1:{server.server_port}", bundle)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.network
    finally:
        server.shutdown()
        server.server_close()


def start_urls_sent(network: AwsNetwork) -> list[str]:
    """Return the start URLs for which device codes were asked."""
    return [
        json.loads(each.body)["startUrl"]
        for each in network.asked
        if each.path == "/device_authorization"
    ]


def _certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return the context of a server with a certificate for all hosts, and its bundle."""
    key, bundle = folder / "aws-key.pem", folder / "aws-bundle.pem"
    domain = {"cn-north-1": ".cn", "cn-northwest-1": ".cn"}
    hosts = [f"oidc.{each}.amazonaws.com{domain.get(each, '')}" for each in regions()]
    hosts += ["sts.us-east-1.amazonaws.com", "sts.cn-north-1.amazonaws.com.cn"]
    hosts += ["d-1234567890.awsapps.com"]
    names = ",".join(f"DNS:{each}" for each in (*hosts, OWN_DOMAIN, "portal.acme.example"))
    command = [program("openssl"), "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"]
    files = ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", str(key), "-out", str(bundle)]
    names_of_it = ["-subj", "/CN=aws.example", "-addext", f"subjectAltName={names}"]
    uses = ["-addext", "keyUsage=critical,digitalSignature,keyCertSign"]
    subprocess.run([*command, *files, *names_of_it, *uses], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bundle, key)
    return context, bundle
