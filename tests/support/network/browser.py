"""A headless Chromium, controlled through a pipe with the DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from tests.support.programs import program

# Without these Chromium makes network calls when it starts.
_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_CENTRE = """(() => {
  const box = document.querySelector(%s).getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
})()"""


class Page:
    """A browser tab. Each method returns when the browser has answered."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self._requests = requests
        self._answers = answers
        self._number = 0
        self._session: str | None = None
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")

    def go(self, url: str) -> None:
        self._call("Page.navigate", url=url)
        self._wait_for("Page.loadEventFired")

    def resize(self, width: int, height: int = 900) -> None:
        """Set the size of the page in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._call("Emulation.setDeviceMetricsOverride", **size)

    def click(self, selector: str) -> None:
        """Click on the centre of an element, and wait for the next page."""
        x, y = self.value(_CENTRE % json.dumps(selector))
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self._wait_for("Page.loadEventFired")

    @property
    def text(self) -> str:
        return str(self.value("document.body.innerText"))

    def value(self, expression: str) -> Any:
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        request: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            request["sessionId"] = self._session
        self._requests.write(json.dumps(request).encode() + b"\0")
        self._requests.flush()
        self._events: list[str] = []
        while True:
            message = self._read()
            if message.get("id") == self._number:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result
            self._events.append(message.get("method", ""))

    def _wait_for(self, event: str) -> None:
        """Wait for an event. One that came since the last call began counts."""
        while event not in self._events:
            self._events.append(self._read().get("method", ""))

    def _read(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "the browser ended"
            data += byte
        message: dict[str, Any] = json.loads(data)
        return message


@contextmanager
def chromium(home: Path) -> Iterator[Page]:
    """Start a new browser that writes to `home`. Skips the test without Chromium."""
    browser = program("chromium")
    requests_out, requests_in = os.pipe()
    answers_out, answers_in = os.pipe()
    # The browser reads requests from descriptor 3 and writes answers to 4.
    shell = f'exec "$@" 3<&{requests_out} 4>&{answers_in}'
    process = subprocess.Popen(
        [
            *(program("bash"), "-c", shell, "bash", browser, *_QUIET),
            *("--remote-debugging-pipe", f"--user-data-dir={home / 'profile'}"),
        ],
        env={"PATH": "/usr/bin:/bin", "HOME": str(home)},
        pass_fds=(requests_out, answers_in),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(requests_out)
    os.close(answers_in)
    try:
        with os.fdopen(requests_in, "wb") as requests, os.fdopen(answers_out, "rb") as answers:
            yield Page(requests, answers)
    finally:
        process.terminate()
        process.wait(30)
