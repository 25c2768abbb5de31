"""Narrowed credentials: never wider or longer than asked, and none if narrowing fails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from rolecall.aws import call
from rolecall.demo.faults import AnyFault, Fault, StsError
from rolecall.demo.workload import BUCKET
from rolecall.domain.credentials.credential_formats import Export
from rolecall.domain.errors import ServiceError, UnexpectedAnswer
from rolecall.domain.errors.lending_errors import LendEnded, NarrowingRefused, PolicyInvalid
from rolecall.domain.model import Assignment, Credentials, Secret
from rolecall.services.lending.asked import Asked, narrowing_of
from rolecall.services.lending.lender import Lender
from tests.support.desk import Desk, demo

pytestmark = pytest.mark.usefixtures("signed_in", "audit_admin", "short_waits")
READING = Asked(allow=["s3"])


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat a call almost at once."""
    monkeypatch.setattr(call, "_PAUSES", (0.01, 0.01))


def lender_of(desk: Desk, asked: Asked, reason: str = "find it", **environ: str) -> Lender:
    service = desk.another(**environ).credentials.without_saving()
    narrowing = narrowing_of(asked, reason, {})
    assert narrowing is not None
    name = "audit-admin"
    return Lender(narrowing, lambda: service.export(name), service.clients_of(name), service.clock)


def keys_of(export: Export) -> str:
    return export.credentials.access_key_id


def client(desk: Desk, export: Export, service: Any) -> Any:
    keys = export.credentials
    assert keys.session_token
    return boto3.client(
        service,
        "eu-west-1",
        endpoint_url=desk.server.url,
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key.reveal(),
        aws_session_token=keys.session_token.reveal(),
    )


def may_list(desk: Desk, export: Export) -> list[bool]:
    """Whether the keys may list buckets, and secrets."""
    allowed = []
    for service, operation in ("s3", "list_buckets"), ("secretsmanager", "list_secrets"):
        try:
            getattr(client(desk, export, service), operation)()
        except ClientError:
            allowed.append(False)
        else:
            allowed.append(True)
    return allowed


def refusal(desk: Desk, asked: Asked = READING, **environ: str) -> str:
    with pytest.raises(NarrowingRefused) as caught:
        lender_of(desk, asked, **environ)()
    return caught.value.problem


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (Asked(allow=["s3"]), [True, False]),
        (Asked(allow=["s3,secretsmanager"]), [True, True]),
        (Asked(allow=["s3:read"]), [False, False]),
        (Asked(deny=["s3"]), [False, True]),
        (Asked(allow=["s3,secretsmanager"], deny=["s3:list"]), [False, True]),
        (Asked(minutes=15), [True, True]),
    ],
)
def test_the_keys_may_do_what_was_asked_for(desk: Desk, asked: Asked, allowed: list[bool]) -> None:
    export = lender_of(desk, asked)()
    assert may_list(desk, export) == allowed
    assert export.region == "eu-west-1"


def test_a_policy_of_a_file_narrows(desk: Desk) -> None:
    file = desk.home / "p.json"
    file.write_text(
        '{"Statement": [{"Effect": "Allow", "Action": "s3:*",'
        f' "Resource": ["*", "arn:aws:s3:::{BUCKET}"]}}]}}'
    )
    assert may_list(desk, lender_of(desk, Asked(policy=str(file)))()) == [True, False]


@pytest.mark.parametrize(("name", "problem"), [("none.json", "missing"), (".", "unreadable")])
def test_a_policy_that_cannot_be_read_is_refused(desk: Desk, name: str, problem: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        narrowing_of(Asked(policy=str(desk.home / name) + "/." * (name == ".")), "", {})
    assert caught.value.problem in {problem, "missing"}


def test_the_keys_are_in_no_file(desk: Desk) -> None:
    lender = lender_of(desk, READING)
    lent = keys_of(lender())
    assert desk.server.calls.count("GetRoleCredentials") == 1
    assert not (desk.home / ".aws" / "cli").exists()
    texts = (path.read_bytes() for path in desk.home.rglob("*") if path.is_file())
    assert not any(lent.encode() in text for text in texts)


def test_they_last_as_long_as_the_role_or_as_was_asked_for(desk: Desk) -> None:
    now = desk.clock.now
    assert lender_of(desk, READING)().credentials.expires_at == now + timedelta(hours=1)
    for minutes, asked in ((15, Asked(minutes=15)), (20, READING._replace(minutes=20))):
        end = lender_of(desk, asked)().credentials.expires_at
        assert end == now + timedelta(minutes=minutes)


@pytest.mark.parametrize("asked", [Asked(minutes=120), READING._replace(minutes=120)])
def test_an_exchange_is_clipped_to_what_the_role_has_left(desk: Desk, asked: Asked) -> None:
    end = lender_of(desk, asked)().credentials.expires_at
    assert end is not None
    assert timedelta(minutes=59) < end - desk.clock.now <= timedelta(hours=1)


def test_one_exchange_is_enough_until_the_keys_expire_soon(desk: Desk) -> None:
    lender = lender_of(desk, READING)
    first = keys_of(lender())
    desk.clock.forward(44 * 60)
    assert keys_of(lender()) == first
    desk.clock.forward(2 * 60)
    second = lender()
    assert keys_of(second) != first
    assert may_list(desk, second) == [True, False]
    assert desk.server.calls.count("GetScopedCredentials") == 2


def test_no_key_outlives_the_minutes(desk: Desk) -> None:
    lender = lender_of(desk, READING._replace(minutes=90))
    end = desk.clock.now + timedelta(minutes=90)
    for _ in range(9):
        expires_at = lender().credentials.expires_at
        assert expires_at is not None
        assert desk.clock.now < expires_at <= end
        desk.clock.forward(10 * 60)
    desk.clock.forward(60)
    with pytest.raises(LendEnded):
        lender()
    assert desk.server.calls.count("GetScopedCredentials") == 2


FAULTS: list[tuple[AnyFault, type[Exception]]] = [
    (Fault.RESET, ServiceError),
    (Fault.TRUNCATED, ServiceError),
    (Fault.GARBAGE, ServiceError),
    (Fault.EMPTY_BODY, ServiceError),
    (Fault.HTML, ServiceError),
    (500, ServiceError),
    (StsError("AccessDenied", "no"), NarrowingRefused),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS, ids=str)
def test_if_narrowing_fails_nothing_is_handed_out(
    desk: Desk, fault: AnyFault, error: type[Exception]
) -> None:
    desk.server.faults.add("GetScopedCredentials", fault)
    with pytest.raises(error):
        lender_of(desk, READING)()


@pytest.mark.parametrize("operation", ["GetScopedCredentials", "GetRoleCredentials"])
def test_valid_keys_go_on_in_an_outage_until_they_expire(desk: Desk, operation: str) -> None:
    lender = lender_of(desk, READING)
    first = keys_of(lender())
    desk.server.faults.add(operation, Fault.RESET)
    desk.clock.forward(50 * 60)
    assert keys_of(lender()) == first
    desk.clock.forward(10 * 60)
    with pytest.raises(ServiceError):
        lender()
    desk.server.faults.clear()
    assert may_list(desk, lender()) == [True, False]


@pytest.mark.parametrize(
    ("code", "message", "problem"),
    [
        ("AccessDenied", "not authorized to perform: sts:GetScopedCredentials", "denied"),
        ("AccessDenied", "A session has at most 3 scope down policies", "layers"),
        ("MalformedPolicyDocument", "Syntax errors", "malformed"),
        ("PackedPolicyTooLarge", "Packed size", "packed"),
        ("InsufficientSessionLifetime", "Remaining lifetime", "lifetime"),
        ("InvalidSubjectCredentials", "Not valid", "subject"),
        ("InvalidAction", "Could not find operation", "unavailable"),
    ],
)
def test_each_refusal_of_aws_has_its_reason(
    desk: Desk, code: str, message: str, problem: str
) -> None:
    desk.server.faults.add("GetScopedCredentials", StsError(code, message))
    assert refusal(desk) == problem


@demo(narrowing_allowed=False)
def test_a_role_that_may_not_be_narrowed_is_refused(desk: Desk) -> None:
    assert refusal(desk) == "denied"


def test_the_global_endpoint_is_refused_before_it_is_asked(desk: Desk) -> None:
    assert refusal(desk, AWS_ENDPOINT_URL_STS="https://sts.amazonaws.com") == "global"
    assert desk.server.calls.count("GetScopedCredentials") == 0


def test_long_lived_keys_are_refused(desk: Desk) -> None:
    service = desk.services.credentials
    export = Export(Credentials("AKIA1", Secret("s")), "eu-west-1", "")
    narrowing = narrowing_of(READING, "", {})
    assert narrowing is not None
    with pytest.raises(NarrowingRefused) as caught:
        Lender(narrowing, lambda: export, service.clients, service.clock)()
    assert caught.value.problem == "long-lived"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<ScopedPoliciesCount>1<", "<ScopedPoliciesCount>0<"),
        ("<Expiration>20", "<Expiration>21"),
    ],
)
def test_an_answer_that_ignores_what_was_asked_for_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    from rolecall.demo import sts

    answer = sts.answer
    monkeypatch.setattr(sts, "answer", lambda name, text: answer(name, text.replace(old, new)))
    with pytest.raises(UnexpectedAnswer):
        lender_of(desk, READING._replace(minutes=15))()


def test_the_reason_is_the_description_and_the_log_has_the_session(
    desk: Desk, audit: Assignment
) -> None:
    lender = lender_of(desk, READING._replace(minutes=15), "find the failing upload")
    issued = desk.server.issued(keys_of(lender()))
    assert issued.description == "find the failing upload"
    assert issued.account_id == audit.account.id
    lend, rights, minutes, session, _ = lender.lend
    assert len(lend) == 8
    assert (rights, minutes, session) == ("allow s3", "15", issued.scoped_session_id)
    japanese = lender_of(desk, READING, "調査")
    assert (
        desk.server.issued(keys_of(japanese())).description == f"rolecall lend {japanese.lend[0]}"
    )
