"""Why a profile does not work, from what STS and the system answer to the real boto3."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from rolecall.aws.identity import verify
from rolecall.domain.errors import VerifyFailed
from rolecall.presentation.errors import explain
from tests.support.network.web_server import Answering

KEYS = (
    "[profile x]\nregion = eu-west-1\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s\n"
)


def problem(home: Path, config: str, **environ: str) -> tuple[str, str]:
    path = home / "config"
    path.write_text(config)
    own = {
        "HOME": str(home),
        "AWS_CONFIG_FILE": str(path),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }
    with pytest.raises(VerifyFailed) as caught:
        verify("x", own | environ)
    assert caught.value.profile == "x"
    return str(caught.value.problem), caught.value.detail


def refusal(code: str, message: str) -> bytes:
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    ).encode()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("SignatureDoesNotMatch", "Signature expired: 2026 is now earlier than 2025", "clock-skew"),
        ("SignatureDoesNotMatch", "Signature not yet current", "clock-skew"),
        ("SignatureDoesNotMatch", "The signature we calculated does not match", "other"),
        ("RequestExpired", "Request has expired", "clock-skew"),
        ("AccessDenied", "explicit deny in a service control policy", "access-refused"),
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            "credentials-expired",
        ),
        ("RegionDisabledException", "STS is not activated in this region", "wrong-region"),
        ("InvalidClientTokenId", "The security token is invalid", "unknown-keys"),
    ],
)
def test_errors_of_sts_become_problems(
    tmp_path: Path, answering: Answering, code: str, message: str, expected: str
) -> None:
    url = answering((403, {"Content-Type": "text/xml"}, refusal(code, message)))
    found, detail = problem(tmp_path, KEYS, AWS_ENDPOINT_URL_STS=url)
    assert found == expected
    assert message in detail


def test_a_signature_that_does_not_match_is_of_a_clock_that_is_wrong(
    tmp_path: Path, answering: Answering
) -> None:
    """The signature has a date: AWS signs with its own."""
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    body = refusal("SignatureDoesNotMatch", "The signature we calculated does not match")
    url = answering((403, {"Content-Type": "text/xml", "Date": tomorrow}, body))
    found, _ = problem(tmp_path, KEYS, AWS_ENDPOINT_URL_STS=url)
    assert found == "clock-skew"


def test_a_program_that_gives_expired_credentials_does_not_mean_a_wrong_clock(
    tmp_path: Path,
) -> None:
    given = {
        "Version": 1,
        "AccessKeyId": "ASIA1",
        "SecretAccessKey": "x",
        "SessionToken": "x",
        "Expiration": "2026-01-01T00:00:00Z",
    }
    (tmp_path / "given").write_text(json.dumps(given))
    config = f"[profile x]\ncredential_process = cat {tmp_path / 'given'}\nregion = eu-west-1\n"
    assert problem(tmp_path, config)[0] == "still-expired"


@pytest.mark.parametrize("body", [b"<html>Welcome to the Wi-Fi", b"{}", b""])
def test_an_answer_that_is_not_from_sts(tmp_path: Path, answering: Answering, body: bytes) -> None:
    url = answering((200, {"Content-Type": "text/html"}, body))
    assert problem(tmp_path, KEYS, AWS_ENDPOINT_URL_STS=url)[0] == "odd-answer"


def test_a_region_that_does_not_answer(tmp_path: Path) -> None:
    config = KEYS.replace("eu-west-1", "eu-wset-1")
    assert problem(tmp_path, config)[0] == "wrong-region"


def test_a_missing_region_is_the_problem(tmp_path: Path) -> None:
    config = KEYS.replace("region = eu-west-1\n", "")
    assert problem(tmp_path, config, AWS_ENDPOINT_URL_STS="http://127.0.0.1:1")[0] == "no-region"


def test_a_missing_network_is_the_problem(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(KEYS)
    home = {"HOME": str(tmp_path), "AWS_CONFIG_FILE": str(path)}
    with pytest.raises(VerifyFailed) as caught:
        verify("x", {**home, "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"})
    assert caught.value.problem == "no-network"
    assert explain(caught.value) == (
        "x: 127.0.0.1:1 cannot be reached (connection refused). Check the region, the network or"
        " the proxy, and try again."
    )


def test_the_detail_has_no_secret(tmp_path: Path, answering: Answering) -> None:
    secret = "wJalrXUtnFEMIEXAMPLEKEY"
    config = KEYS.replace("= s\n", f"= {secret}\n")
    url = answering((403, {"Content-Type": "text/xml"}, refusal("AccessDenied", "no")))
    with pytest.raises(VerifyFailed) as caught:
        path = tmp_path / "config"
        path.write_text(config)
        verify(
            "x", {"HOME": str(tmp_path), "AWS_CONFIG_FILE": str(path), "AWS_ENDPOINT_URL_STS": url}
        )
    assert secret not in str(caught.value)


@pytest.mark.parametrize("own", [{}, {"PYTHONPATH": "/opt/theirs"}], ids=["unset", "set"])
def test_a_program_of_a_profile_has_the_python_path_of_the_user(
    tmp_path: Path, own: dict[str, str]
) -> None:
    """It may be written for another Python, which must not import the modules of this one."""
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "${{PYTHONPATH-unset}}" > {tmp_path}/found; exit 1\n')
    program.chmod(0o755)
    problem(tmp_path, f"[profile x]\nregion = eu-west-1\ncredential_process = {program}\n", **own)
    assert (tmp_path / "found").read_text().strip() == own.get("PYTHONPATH", "unset")
