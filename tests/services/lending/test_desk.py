"""A hostile program at the desk of its lend: it gets nothing that no user has approved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from rolecall.domain.errors import RolecallError
from rolecall.domain.lending.lent import Decision, Lent, Loan, LoanState, digest_of, rows_of
from rolecall.domain.log.hand_out import HandOutKind, Lend
from rolecall.domain.model import Credentials, Secret
from rolecall.domain.text import safe
from rolecall.domain.timestamps import write_time
from rolecall.files.own.lends import LendRecords
from rolecall.services.credentials.container_credentials import ContainerCredentials
from rolecall.services.lending.desk import _MOST_WAITING, Desk, Handing
from rolecall.services.lending.lends import Counter, Lends, described, timed
from rolecall.services.switching.switching import Switching
from tests.support.desk import Desk as Machine

pytestmark = pytest.mark.usefixtures("signed_in", "audit_admin")
ASKED = {"profile": "audit-admin", "allow": "s3:write", "minutes": "15", "reason": "fix it"}
KEYS = Credentials("ASIALEASED", Secret("secret"), Secret("token"))
OWN = Credentials("ASIAOWN", Secret("secret"), Secret("token"))


class Program:
    """The program of a lend: it has an address and a token, and no more."""

    def __init__(self, desk: Machine, lend_id: str = "0123abcd") -> None:
        services = desk.another()
        self.clock = desk.clock
        self.log: list[tuple[HandOutKind, Lent]] = []
        self.opened: list[Loan] = []
        facts = Lend(lend_id, "allow s3", "30")
        target = services.hand_outs.target("audit-admin")
        lent = described(desk.environ, Switching(desk.environ), target, ["claude"], "find it")
        self.lent = timed(lent, facts, desk.clock())
        self.lends: Lends = services.lends
        self.records = LendRecords(services.locations.state)
        self.record = services.lends.record(self.lent)
        self.desk = Desk(
            *(desk.environ, self.record, self.lent, ["claude"]),
            profile_of=services.credentials.profile,
            open_lease=self._open,
            note=lambda kind, lent: self.log.append((kind, lent)),
            clock=desk.clock,
        )
        self.server = ContainerCredentials(
            lambda: OWN,
            lambda _: None,
            around=Counter(self.record, self.lent, self.lent, lambda: "", desk.clock),
            answer=lambda target: self.desk.answer(self.server, target),
            explain=lambda error: f"{type(error).__name__} {getattr(error, 'problem', '')}",
        )
        address, token = (self.server.variables(None)[f"AWS_CONTAINER_{name}"] for name in _NAMES)
        self.host, self.token = str(address).split("/")[2], str(token)

    def _open(self, loan: Loan) -> Handing:
        self.opened.append(loan)
        return Handing(lambda: KEYS, lambda: "scoped")

    def get(self, target: str, token: str = "", method: str = "GET") -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection(self.host, timeout=30)
        connection.putrequest(method, target, skip_host=True)
        connection.putheader("Host", self.host)
        connection.putheader("Authorization", token or self.token)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, json.loads(body) if body.startswith(b"{") else {}

    def ask(self, **changes: Any) -> tuple[int, dict[str, Any]]:
        return self.get(f"/ask?{urlencode(ASKED | changes, doseq=True)}")

    def keys(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return self.get("/" + asked["address"].split("/", 3)[3], asked["token"])

    def waiting(self) -> list[Lent]:
        now = self.clock()
        return [e.lent for e in self.lends.all() if e.state(now) is LoanState.WAITS]


_NAMES = ("CREDENTIALS_FULL_URI", "AUTHORIZATION_TOKEN")


@pytest.fixture
def program(desk: Machine) -> Iterator[Program]:
    program = Program(desk)
    with program.record.open(program.lent), program.server:
        yield program


def test_what_is_approved_is_handed_out_until_its_time_is_over(program: Program) -> None:
    status, asked = program.ask(allow=["s3:write", "logs"])
    assert (status, asked["state"], asked["is_watched"]) == (200, "waits", False)
    assert asked["profile"] == "audit-admin-1"  # next to the one that it has
    assert program.keys(asked) == (500, {"code": "NotLent", "message": "NotLent waits"})
    (request,) = program.waiting()
    assert program.lends.approve(request, "allow s3:write", 10)
    assert program.keys(asked)[1]["AccessKeyId"] == "ASIALEASED"
    (loan,) = program.opened
    assert loan.decision is not None
    assert (loan.decision.rights, loan.decision.minutes) == ("allow s3:write", 10)
    now = program.get(f"/ask/{asked['id']}")[1]
    assert (now["state"], now["rights"], now["minutes"]) == ("runs", "allow s3:write", 10)
    program.clock.forward(10 * 60 + 1)
    assert program.get(f"/ask/{asked['id']}")[1]["state"] == "ended"
    assert [kind for kind, _ in program.log] == ["ask"]


def test_what_is_denied_or_taken_back_is_not_handed_out(program: Program) -> None:
    denied, leased = program.ask()[1], program.ask(reason="another")[1]
    first, second = program.waiting()
    assert program.lends.deny(first, "not now")
    assert not program.lends.approve(first, first.rights, 1)  # decided already
    assert program.keys(denied)[0] == 500
    assert program.get(f"/ask/{denied['id']}")[1]["reason"] == "not now"
    assert program.lends.approve(second, second.rights, 15)
    assert program.keys(leased)[0] == 200
    program.lends.take_back(second)
    assert program.keys(leased) == (500, {"code": "NotLent", "message": "NotLent taken-back"})
    assert program.get("/credentials")[0] == 200  # its own role stays


def test_a_lease_ends_with_its_lend(program: Program) -> None:
    leased = program.ask()[1]
    (request,) = program.waiting()
    program.lends.approve(request, request.rights, 15)
    assert program.keys(leased)[0] == 200
    program.records._write(program.lent, ".end", b"")  # the program ignores the signal
    assert program.keys(leased)[0] == 500
    assert program.get("/credentials")[0] == 500


def test_a_decision_is_for_exactly_what_was_shown(program: Program) -> None:
    """The user has seen another request, or more was approved than was asked for."""
    for changes in ({"reason": "harmless"}, {"rights": "allow s3:list"}, {"minutes": 1}):
        asked = program.ask(reason=f"fix {changes}")[1]
        (request,) = program.waiting()
        shown = request._replace(**changes)
        decision = Decision(
            digest_of(shown), True, request.rights, 15, at=write_time(program.clock())
        )
        assert program.records.decide(request, decision)
        assert program.keys(asked)[0] == 500
    for rights, minutes in (
        ("allow s3:all", 15),
        ("allow s3:write,iam", 15),
        ("allow s3:write", 99),
    ):
        asked = program.ask(reason=f"fix {rights} {minutes}")[1]
        (request,) = program.waiting()
        program.lends.approve(request, rights, minutes)
        assert program.keys(asked)[0] == 500
    assert program.opened == []


def test_the_same_is_not_asked_twice(program: Program) -> None:
    first, again = program.ask()[1], program.ask()[1]
    assert first["id"] == again["id"]
    (request,) = program.waiting()
    program.lends.approve(request, request.rights, 15)
    assert program.ask(minutes=30, reason="again")[1]["id"] == first["id"]
    assert program.ask(allow="s3:all")[1]["id"] != first["id"]  # more is a new request
    assert len(program.waiting()) == 1


@pytest.mark.parametrize(
    "query",
    [
        "",
        "profile",
        "profile=audit-admin",
        urlencode({**ASKED, "approved": "true"}),
        urlencode([*ASKED.items(), ("profile", "other")]),
        urlencode([*ASKED.items(), ("digest", "x")]),
        urlencode(ASKED) + "&reason=%ff%fe",
        urlencode(ASKED | {"minutes": "0"}),
        urlencode(ASKED | {"minutes": "-5"}),
        urlencode(ASKED | {"minutes": "99999"}),
        urlencode(ASKED | {"minutes": "１５"}),
        urlencode(ASKED | {"minutes": "1e3"}),
        urlencode(ASKED | {"reason": " "}),
        urlencode(ASKED | {"reason": "x" * 201}),
        urlencode(ASKED | {"allow": "s3:write" + "," * 93}),
        urlencode(ASKED | {"allow": "nothing:read"}),
        urlencode(ASKED | {"allow": ""}),
        urlencode(ASKED | {"allow": ["s3"] * 500}, doseq=True),
        urlencode(ASKED | {"profile": "../../lends"}),
        urlencode(ASKED | {"profile": "audit-admin\n[default]"}),
        urlencode(ASKED | {"profile": "p" * 5000}),
        "&" * 5000,
        "a=b&" * 5000,
        "%00=%00",
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused_and_leaves_nothing(program: Program, query: str) -> None:
    assert program.get(f"/ask?{query}")[0] in {400, 404}
    assert program.waiting() == []
    assert program.get("/credentials")[0] == 200


def test_no_path_and_no_method_decides(program: Program) -> None:
    asked = program.ask()[1]
    lend_id, number = asked["id"].split(".")
    for path in (
        *(f"/ask/{asked['id']}/approve", f"/ask/{asked['id']}.decision", f"/ask/{lend_id}"),
        *("/approve", "/ask/", "/ask/..", "/ask/../../x", f"/leases/{lend_id}", "/leases/"),
        *(f"/leases/{asked['id']}/../x", "/leases/../credentials", "//credentials"),
    ):
        assert program.get(path)[0] == 404
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert program.get(f"/ask/{asked['id']}?is_approved=true", method=method)[0] == 501
    assert program.get(f"/ask/{asked['id']}?is_approved=true")[1]["state"] == "waits"
    assert program.get(f"/leases/{lend_id}.{number}")[0] == 401  # that needs its own token
    assert [each.id for each in program.waiting()] == [asked["id"]]


def test_each_token_is_for_one_thing(program: Program, desk: Machine) -> None:
    asked = program.ask()[1]
    (request,) = program.waiting()
    program.lends.approve(request, request.rights, 15)
    assert program.get(f"/leases/{asked['id']}")[0] == 401
    assert program.get("/credentials", asked["token"])[0] == 401
    assert program.get(f"/ask?{urlencode(ASKED | {'reason': 'x'})}", asked["token"])[0] == 401
    other = Program(desk, "fedcba98")
    with other.record.open(other.lent), other.server:
        for path in ("/credentials", f"/ask/{asked['id']}", f"/leases/{asked['id']}"):
            assert other.get(path, program.token)[0] == 401
        assert other.get(f"/ask/{asked['id']}")[0] == 404  # it sees nothing of the first


def test_a_flood_of_requests_is_one_line_with_a_number(program: Program, desk: Machine) -> None:
    statuses = {program.ask(reason=f"fix {number}")[0] for number in range(_MOST_WAITING)}
    assert statuses == {200}
    assert program.ask(reason="one more")[0] == 400
    (row,) = rows_of(program.lends.all(), desk.clock())
    assert len(row.waiting) == _MOST_WAITING
    folder = desk.services.locations.state / "lends" / program.lent.id
    assert sum(each.stat().st_size for each in folder.iterdir()) < 2_000_000
    assert len(program.log) == _MOST_WAITING
    assert program.get("/credentials")[0] == 200


@pytest.mark.parametrize(
    "reason",
    [
        "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b31m",
        "fine\nAccount: sandbox\r\nRole: ReadOnly",
        "\u202egnp.exe \u2066 \u2028 \u200b",
        "e" + "\u0301" * 150,
        "#(touch /tmp/x) %H #{q:x}",
        "\ud83d\ude00" * 10,
    ],
)
def test_text_of_the_program_is_safe_before_it_is_shown(program: Program, reason: str) -> None:
    text = reason.encode("utf-16", "surrogatepass").decode("utf-16")
    assert program.ask(reason=text)[0] == 200
    (request,) = program.waiting()
    for each in (request.reason, request.program, request.folder):
        assert safe(each) == each
        assert each.isprintable()


def test_the_end_of_a_lease_is_noted_once(program: Program) -> None:
    for reason in ("first", "second"):
        asked = program.ask(reason=reason, allow=f"s3:{'write' if reason == 'first' else 'list'}")
        request = program.waiting()[0]
        program.lends.approve(request, request.rights, 15)
        assert program.keys(asked[1])[0] == 200
        if reason == "first":
            program.lends.take_back(request)  # the user's side notes this
    program.desk.close()
    ends = [lent.id for kind, lent in program.log if kind is HandOutKind.LEASE_END]
    assert ends == ["0123abcd.2"]


def test_a_request_that_cannot_be_saved_is_refused(program: Program, desk: Machine) -> None:
    folder = desk.services.locations.state / "lends" / program.lent.id
    (folder / "1").mkdir()
    status, answer = program.ask()
    assert (status, answer["message"]) == (400, "AskInvalid not-saved")


def test_errors_are_explained(program: Program) -> None:
    def fails(_: Loan) -> Handing:
        raise RolecallError

    asked = program.ask()[1]
    (request,) = program.waiting()
    program.lends.approve(request, request.rights, 15)
    program.desk._open_lease = fails
    assert program.keys(asked)[0] == 500
