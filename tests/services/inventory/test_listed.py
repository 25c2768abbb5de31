"""Rows of `rolecall list`: the search by accounts finds what the search of all rows finds."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from rolecall.demo.organisation import Organisation
from rolecall.domain.inventory.annotations import NOTHING, Annotation
from rolecall.domain.model import Account
from rolecall.domain.search.query import Query
from rolecall.domain.search.role_search import SearchedRole, Strictness, select
from rolecall.services.inventory.listed import (
    ListedAccount,
    ListedSession,
    listed_in_cache,
    matching_rows,
)
from tests.support.desk import Desk
from tests.support.for_each import for_each

_NAMES = [
    *("prod-orders", "Orders Staging", "log archive", "Zoë Übung", "zoe ubung", "データ基盤"),
    *("backup 1234-5678-9012", "pr od", "p-r-o-d", "CoreProd", "ＰＲＯＤ wide", "x"),
]
_SETS = [("Admin", "ReadOnly"), ("BillingView",), ("ReadOnly", "Prod-Admin", "İstanbul"), ()]
_QUERIES = [
    *("prod", "admin prod", "read orders", "zoë", "zoe", "ZOE ubung", "1234-5678-9012"),
    *(
        *("123456789012", "0001", "pdadm", "rdnly", "billing admin", "nothing at all", "データ"),
        "demo",
    ),
    *("arn:aws:iam::000000000003:role/aws-reserved/sso.amazonaws.com/Admin", "own-name", "x"),
    *("https://x.awsapps.com/start/#/console?account_id=000000000001&role_name=Admin", "wide", "i"),
    *("group:pay", "group:paym", "group:eu group:payments", "group:nothing", "zahlung", "ask zoe"),
    *("group:opsnorth", "group:ops-north"),
    *("1234-5678", "12345678", "example.com", "prod-3@", "orders prod admin"),
]


_SAID = {
    3: Annotation("Zahlung", "ask Zoë first", ("payments", "eu")),
    5: Annotation("", "", ("pay",)),
    11: Annotation("pay-2"),
    13: Annotation(groups=("ops-north",)),
    14: Annotation(groups=("opsnorth-2",)),
}


def _sessions() -> list[ListedSession]:
    accounts = [
        ListedAccount(
            f"{i:012}", name, f"prod-{i}@example.com" if i % 2 else "", sets, _SAID.get(i, NOTHING)
        )
        for i, (name, sets) in enumerate(product(_NAMES, _SETS))
    ]
    profiles = {("000000000001", "BillingView"): ("own-name", "Ünder")}
    boosts = {("000000000008", "Admin"): 2.0, ("000000000008", "ReadOnly"): 1.0}
    return [
        ListedSession("demo", accounts, profiles, boosts),
        ListedSession("other", accounts[:5], {}, {("000000000002", "Prod-Admin"): 3.0}),
    ]


@for_each("strictness", Strictness)
@for_each("query", _QUERIES)
def test_the_matches_are_those_of_a_search_of_all_rows_in_the_same_order(
    query: str, strictness: Strictness
) -> None:
    sessions = _sessions()
    rows = matching_rows(sessions, [], strictness)
    of_session = {session.name: session.boosts for session in sessions}
    boosts = {
        i: boost
        for i, row in enumerate(rows)
        if (boost := of_session[row.sso_session].get((row.account_id, row.permission_set)))
    }
    expected = select(Query.parse(query), rows, strictness, boosts, with_session=True).rows
    assert matching_rows(sessions, query.split(), strictness) == [rows[i] for i in expected]


def test_without_a_query_all_rows_are_in_the_order_of_the_accounts() -> None:
    (session, _) = _sessions()
    rows = matching_rows([session], [], Strictness.SHOWS)
    assert [(row.account_id, row.permission_set) for row in rows] == [
        (account.id, each) for account in session.accounts for each in account.permission_sets
    ]


@pytest.mark.parametrize(
    ("said", "word"),
    [({"alias": "books"}, "books"), ({"note": "Kim"}, "Kim"), ({"groups": ("pay",)}, "group:pay")],
)
def test_a_row_is_found_by_each_thing_that_is_said_of_its_account(
    said: dict[str, Any], word: str
) -> None:
    row = SearchedRole("audit", "1", "", "Admin", (), "corp", **said)
    assert any(word in text for text in row.searched(with_session=False))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain", "plain"),
        ("Zoë データ", "Zoë データ"),
        ("\x1b[2Jx", "␛[2Jx"),
        ("e" + 99 * "\u0301", "e" + 8 * "\u0301" + "\ufffd"),
    ],
)
def test_names_from_the_cache_are_made_safe(desk: Desk, name: str, shown: str) -> None:
    account = Account("111111111111", name, f"{name}@example.com")
    desk.server.organisation = Organisation([(account, ("Admin",))])
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda _: None)
    found = listed_in_cache(desk.environ, "corp", desk.clock.now)
    assert found is not None
    (listed,) = found[0].accounts
    assert (listed.name, listed.email) == (shown, f"{shown}@example.com")
    assert listed.permission_sets == ("Admin",)
